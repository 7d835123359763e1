/** How an error is told: over HTTP, by the exit code, and to the person who can act on it. */
interface ErrorRow {
  /** HTTP status; 500 for errors that stop the program before it serves. */
  readonly status: number;
  readonly exitCode: number;
  /** True if the same request may succeed later without anybody acting. */
  readonly waitHelps: boolean;
  /** What the reader should do; an error may carry a more exact one. */
  readonly advice: string;
}

/** Every error photodav raises on purpose. Codes and exit codes are never reused; docs/errors.md has a section for each. */
export const ERRORS = {
  CONFIG_INVALID: {
    status: 500,
    exitCode: 2,
    waitHelps: false,
    advice: 'correct the named option; docs/configuration.md lists them all',
  },
  POLICY_UNSUPPORTED: {
    status: 500,
    exitCode: 2,
    waitHelps: false,
    advice: 'choose a delivery policy that this source can serve',
  },
  NOT_FOUND: {
    status: 404,
    exitCode: 3,
    waitHelps: false,
    advice: 'check the path; a new item shows after catalog.ttl',
  },
  GONE: {
    status: 410,
    exitCode: 3,
    waitHelps: false,
    advice: 'the pick has ended; pick the items again',
  },
  SIGN_IN_REQUIRED: {
    status: 503,
    exitCode: 4,
    waitHelps: false,
    advice: 'sign in again with `photodav login`',
  },
  SCOPE_MISSING: {
    status: 503,
    exitCode: 4,
    waitHelps: false,
    advice: 'sign in again with `photodav login`, and tick the box of each scope',
  },
  API_DISABLED: {
    status: 503,
    exitCode: 4,
    waitHelps: false,
    advice: 'enable the API in the Google Cloud project of your client id, then wait a few minutes',
  },
  LISTEN_FAILED: {
    status: 500,
    exitCode: 5,
    waitHelps: false,
    advice:
      'choose another with --host and --port (--port 0 takes any free one), or stop the program that holds this one',
  },
  QUOTA_EXCEEDED: {
    status: 503,
    exitCode: 6,
    waitHelps: true,
    advice: "wait for the reset at midnight Pacific time, or ask Google for a higher quota in your project's console",
  },
  SOURCE_UNAVAILABLE: {
    status: 502,
    exitCode: 6,
    waitHelps: true,
    advice: 'check the network, then try again',
  },
  NO_ROOM: {
    status: 507,
    exitCode: 7,
    waitHelps: false,
    advice: 'make room on the disk that holds the data folder, or name another with --data-dir',
  },
  READ_ONLY: {
    status: 403,
    exitCode: 1,
    waitHelps: false,
    advice: 'this server does not write; change the library in Google Photos',
  },
  NOT_SIGNED_IN: {
    status: 401,
    exitCode: 1,
    waitHelps: false,
    advice: 'sign in with a name and a password that this server knows; `photodav user add` sets them',
  },
  BAD_REQUEST: {
    status: 400,
    exitCode: 1,
    waitHelps: false,
    advice: 'the request is malformed; report the client and its version if it should work',
  },
  INTERNAL: {
    status: 500,
    exitCode: 1,
    waitHelps: false,
    advice: 'look for this error in the log and report it',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** Seconds after which trying again makes sense (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number;
  /** Replaces the table's advice where the place knows better. */
  readonly advice?: string;
  /** Replaces the table's status, such as 413 or 414 for a BAD_REQUEST. */
  readonly status?: number;
}

/** An error with a row in `ERRORS`. Messages are lower case, without a full stop, a token, a base URL or a local path. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly exitCode: number;
  readonly waitHelps: boolean;
  readonly advice: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    const row: ErrorRow = ERRORS[code];
    this.code = code;
    this.status = options.status ?? row.status;
    this.exitCode = row.exitCode;
    this.waitHelps = row.waitHelps;
    this.advice = options.advice ?? row.advice;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The error itself if it is ours; anything else becomes INTERNAL with the original as its cause. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('INTERNAL', 'unexpected error', { cause: error });
}

/**
 * What a body that breaks fails with: the error itself if it is ours, else SOURCE_UNAVAILABLE with its code alone, such as
 * ECONNRESET. The message of a network's fault may hold the address that was asked.
 */
export function brokeOff(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
  return new AppError('SOURCE_UNAVAILABLE', `the upstream broke off (${code})`);
}
