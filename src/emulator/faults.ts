import { z } from 'zod';

const target = {
  /** A counter key ("albums.list"), its first part ("albums", "media", "token"), or "*". */
  route: z.string().min(1),
  /** How many requests it hits. */
  count: z.number().int().positive(),
  /** Wait before the fault shows. */
  delayMs: z.number().int().nonnegative().exactOptional(),
};
const retryAfter = z.number().int().nonnegative().exactOptional();

/** `google`: the error body natural to the route. `cut-json`: the true answer, cut in half, as a complete response. */
const body = z.enum(['google', 'html', 'cut-json', 'empty-json', 'nothing']);

/** One way to fail, a row each; the key that is present says which. */
export const faultSchema = z.union(
  [
    /** An error status (seconds in `retryAfter`); with a 2xx status only the body is wrong. */
    z.strictObject({ ...target, status: z.number().int().min(200).max(599), body: body.exactOptional(), retryAfter }),
    /** Status 200, and a body that is not what it should be. */
    z.strictObject({ ...target, body }),
    /** The connection is destroyed without an answer. */
    z.strictObject({ ...target, reset: z.literal(true) }),
    /** No answer, until the client leaves. */
    z.strictObject({ ...target, hang: z.literal(true) }),
    /** 429 with Google's body for the day's or the minute's quota. */
    z.strictObject({ ...target, quota: z.enum(['daily', 'minute']), retryAfter }),
    /** 403: the API is not enabled in the project. */
    z.strictObject({ ...target, apiDisabled: z.literal(true) }),
    /** 403: the token lacks the scope. */
    z.strictObject({ ...target, scope: z.literal(true) }),
    /** A media body ends with its connection after this many bytes. */
    z.strictObject({ ...target, cutAfterBytes: z.number().int().nonnegative() }),
    /** A media body stands still after this many bytes, until the client leaves. */
    z.strictObject({ ...target, stallAfterBytes: z.number().int().nonnegative() }),
    /** A media body flows at this many bytes per second. */
    z.strictObject({ ...target, slow: z.number().int().positive() }),
    /** Only late. */
    z.strictObject({ ...target, delayMs: z.number().int().positive() }),
  ],
  { error: 'no such fault: route, count, and one kind of failure, as docs/emulator.md lists them' },
);

export type Fault = z.infer<typeof faultSchema>;

const MAX_WAITING = 1000;

/** The faults that wait for a request. */
export class Faults {
  readonly #waiting: { fault: Fault; left: number }[] = [];

  /** Throws RangeError when more than 1000 wait. */
  add(fault: Fault): void {
    if (this.#waiting.length >= MAX_WAITING) throw new RangeError('too many faults are waiting');
    this.#waiting.push({ fault, left: fault.count });
  }

  /** The first fault that waits for the route, used up by one; those of media bodies wait for an answer with a body. */
  take(route: string, hasBody: boolean): Fault | undefined {
    const index = this.#waiting.findIndex(({ fault }) => covers(fault.route, route) && (hasBody || !isOfBody(fault)));
    const entry = this.#waiting[index];
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left === 0) this.#waiting.splice(index, 1);
    return entry.fault;
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}

function covers(pattern: string, route: string): boolean {
  return pattern === '*' || pattern === route || route.startsWith(`${pattern}.`);
}

function isOfBody(fault: Fault): boolean {
  return 'cutAfterBytes' in fault || 'stallAfterBytes' in fault || 'slow' in fault;
}
