import { judgeSign } from '../delivery/sign.js';
import { AppError } from '../errors.js';

export interface SignCheck {
  /** Decoded, as it was signed. */
  readonly path: string;
  readonly linkToken: string;
  readonly nowMs: number;
  /** Is told of a sign that is not the gateway's, or not for this path. */
  readonly onWrong: () => void;
}

/** Throws, with status 403, unless the target's query holds one sign, and that is right for the path and still good. */
export function checkSign(target: string, { path, linkToken, nowMs, onWrong }: SignCheck): void {
  const [, query = ''] = /\?(.*)$/s.exec(target) ?? [];
  const [sign, ...others] = new URLSearchParams(query).getAll('sign');
  if (sign === undefined) throw refusal('the link has no sign');
  if (others.length > 0) throw refusal('the link has several signs');
  const verdict = judgeSign(path, sign, nowMs, linkToken);
  if (verdict === 'good') return;
  if (verdict === 'expired') throw refusal('the link has expired');
  onWrong();
  throw refusal('the sign of the link is wrong');
}

function refusal(message: string): AppError {
  return new AppError('BAD_REQUEST', message, {
    status: 403,
    advice: 'open the item at the gateway again, which gives a new link',
  });
}
