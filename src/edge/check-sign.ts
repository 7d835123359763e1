import { isSigned } from '../delivery/sign.js';
import { AppError } from '../errors.js';

export interface SignCheck {
  /** Decoded, as it was signed. */
  readonly path: string;
  readonly linkToken: string;
  readonly nowMs: number;
}

/** Throws, with status 403, unless the target's query holds one sign, and that is right for the path and still good. */
export function checkSign(target: string, { path, linkToken, nowMs }: SignCheck): void {
  const [, query = ''] = /\?(.*)$/s.exec(target) ?? [];
  const [sign, ...others] = new URLSearchParams(query).getAll('sign');
  if (sign !== undefined && others.length === 0 && isSigned(path, sign, nowMs, linkToken)) return;
  throw new AppError('BAD_REQUEST', 'the link is not one of the gateway, or has expired', {
    status: 403,
    advice: 'open the item at the gateway again, which gives a new link',
  });
}
