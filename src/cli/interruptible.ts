/**
 * Acts until Ctrl-C, which aborts the signal handed to it and makes 130 the exit code; a second one ends the process at
 * once.
 */
export async function interruptible(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const leave = new AbortController();
  const interrupt = (): void => leave.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt);
  try {
    await act(leave.signal);
  } catch (error) {
    if (!leave.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    process.off('SIGINT', interrupt);
  }
}
