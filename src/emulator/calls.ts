/** What tells a call of an API from the others. */
interface Callable {
  readonly method: string;
  /** Its first group is the id in the path, where there is one. */
  readonly path: RegExp;
}

/** The call that a request is for, and the id in its path; undefined if there is no such call. */
export function callFor<C extends Callable>(
  calls: readonly C[],
  method: string,
  path: string,
): { readonly call: C; readonly id: string } | undefined {
  for (const call of calls) {
    const match = call.method === method ? call.path.exec(path) : undefined;
    if (match) return { call, id: match[1] ?? '' };
  }
  return undefined;
}
