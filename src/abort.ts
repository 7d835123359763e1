/** Settles as `promise` does, or rejects with the signal's reason as soon as it is aborted; the work itself goes on. */
export async function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    // A reason is whatever the one who aborts chose.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
