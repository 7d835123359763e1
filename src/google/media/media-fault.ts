import { AppError } from '../../errors.js';
import type { Failure } from '../answer.js';

/** One failed attempt to get bytes. */
export class MediaFault extends Error {
  override readonly name = 'MediaFault';

  constructor(
    readonly failure: Failure,
    /** What `Retry-After` said, in milliseconds. */
    readonly afterMs?: number,
  ) {
    super(failure.message);
  }

  /** True if waiting a few seconds may help; a quota of the minute says itself when. */
  get mayPass(): boolean {
    return this.failure.again !== undefined;
  }

  toAppError(attempts: number): AppError {
    const { code, message, advice, cause } = this.failure;
    return new AppError(code, attempts > 1 ? `${message}, ${attempts} attempts` : message, {
      ...(cause ? { cause } : {}),
      ...(advice === undefined ? {} : { advice }),
      ...this.#retryAfter(),
    });
  }

  #retryAfter(): { readonly retryAfterSeconds?: number } {
    if (this.afterMs !== undefined) return { retryAfterSeconds: Math.ceil(this.afterMs / 1000) };
    return this.mayPass ? { retryAfterSeconds: 30 } : {};
  }
}
