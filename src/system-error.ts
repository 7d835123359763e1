import { getSystemErrorMap } from 'node:util';

/** The code of an error of the operating system, such as ENOENT. */
export function systemErrorCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}

/** The code and what it means, such as "EROFS: read-only file system"; the code alone if the system has no words for it. */
export function systemErrorText(error: unknown): string {
  const code = systemErrorCode(error);
  const [, meaning] = [...getSystemErrorMap().values()].find(([name]) => name === code) ?? [];
  return meaning === undefined ? code : `${code}: ${meaning}`;
}
