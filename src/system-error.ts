import { getSystemErrorMap } from 'node:util';

/** True for an error that the operating system has a code for, and for those of libraries that have one like it. */
export function isSystemError(error: unknown): boolean {
  return codeOf(error) !== undefined;
}

/** The code of an error of the operating system, such as ENOENT. */
export function systemErrorCode(error: unknown): string {
  return codeOf(error) ?? 'unknown error';
}

/** The code and what it means, such as "EROFS: read-only file system"; the code alone if the system has no words for it. */
export function systemErrorText(error: unknown): string {
  const code = systemErrorCode(error);
  const [, meaning] = [...getSystemErrorMap().values()].find(([name]) => name === code) ?? [];
  return meaning === undefined ? code : `${code}: ${meaning}`;
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
