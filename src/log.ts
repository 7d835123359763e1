import { pino, stdSerializers, type Logger } from 'pino';

/** Structured, one event a line. Never holds a token, a password or a base URL. */
export type Log = Logger;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** Where lines of JSON go; standard error if absent, so that standard output stays free for results. */
  readonly destination?: NodeJS.WritableStream;
}

export function createLog({ level, destination = process.stderr }: LogOptions): Log {
  return pino({ level, serializers: { err: describeError } }, destination);
}

/**
 * An error as the log shows it: type, code, message, and the messages of its causes.
 *
 * Other fields are left out, for HTTP clients hang requests, headers and addresses on their errors.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { type, message, stack } = stdSerializers.err(error);
  const code: unknown = 'code' in error ? error.code : undefined;
  return { type, message, ...(typeof code === 'string' ? { code } : {}), stack };
}
