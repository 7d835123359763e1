import { toAppError, ERRORS, type ErrorCode } from '../../errors.js';

/** `skipped`: not looked at, because something that it stands on has failed. */
export type Status = 'ok' | 'warning' | 'failure' | 'skipped';

/** What a check has found, in one sentence: lower case, without a full stop, and never with a secret. */
export interface Finding {
  readonly status: Status;
  readonly message: string;
  /** What to do, in one sentence. */
  readonly advice?: string;
  /** Where to read on, or to act: a page of docs/, or of Google's. There is one wherever something is to be done. */
  readonly link?: string;
  /** Of a failure: the error that the program would end with, or answer with, because of it. */
  readonly code?: ErrorCode;
}

export function ok(message: string, advice?: string, link?: string): Finding {
  return { status: 'ok', message, ...told(advice, link) };
}

export function warning(message: string, advice: string, link = 'docs/doctor.md#what-is-checked'): Finding {
  return { status: 'warning', message, ...told(advice, link) };
}

export function failure(code: ErrorCode, message: string, advice: string, link = pageOf(code)): Finding {
  return { status: 'failure', code, message, ...told(advice, link) };
}

export function skipped(message: string): Finding {
  return { status: 'skipped', message: `not checked: ${message}` };
}

/** The failure that an error stands for; the address of a console in its advice becomes the link. */
export function failureFrom(error: unknown, link?: string): Finding {
  const { code, message, advice } = toAppError(error);
  const [consoleAddress] = /https:\/\/console\.[^\s,;]+/.exec(advice) ?? [];
  return failure(code, oneLine(message), advice, consoleAddress ?? link);
}

/** What the command ends with: 0 where nothing failed, else the exit code of the first failure. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const first = findings.find(({ status }) => status === 'failure');
  return first ? ERRORS[first.code ?? 'INTERNAL'].exitCode : 0;
}

/** A day as a finding tells it, by UTC. */
export function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function pageOf(code: ErrorCode): string {
  return `docs/errors.md#${code.toLowerCase()}`;
}

/** The faults of a configuration stand in a line each. */
function oneLine(message: string): string {
  const [first = '', ...rest] = message.split('\n').map((line) => line.trim());
  return rest.length === 0 ? first : `${first}: ${rest.join('; ')}`;
}

function told(advice?: string, link?: string): Pick<Finding, 'advice' | 'link'> {
  return { ...(advice === undefined ? {} : { advice }), ...(link === undefined ? {} : { link }) };
}
