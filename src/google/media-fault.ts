import { AppError } from '../errors.js';
import type { Failure } from './answer.js';
import type { Governor } from './quota.js';

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
    const { again } = this.failure;
    return again === 'soon' || (again === 'minute' && this.afterMs !== undefined);
  }

  toAppError(attempts: number, governor: Governor): AppError {
    const { code, message, advice, cause } = this.failure;
    return new AppError(code, attempts > 1 ? `${message}, ${attempts} attempts` : message, {
      ...(cause ? { cause } : {}),
      ...(advice === undefined ? {} : { advice }),
      ...this.#retryAfter(governor),
    });
  }

  #retryAfter(governor: Governor): { readonly retryAfterSeconds?: number } {
    const { code, isDaySpent, again } = this.failure;
    if (this.afterMs !== undefined) return { retryAfterSeconds: Math.ceil(this.afterMs / 1000) };
    if (code === 'QUOTA_EXCEEDED') {
      // A HEAD is refused without a word on which quota it is.
      const { bytes, bytesPerDay } = governor.usage();
      return { retryAfterSeconds: isDaySpent || bytes >= bytesPerDay ? governor.secondsUntilReset() : 60 };
    }
    return again === undefined ? {} : { retryAfterSeconds: 30 };
  }
}
