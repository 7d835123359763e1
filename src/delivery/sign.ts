import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * AList's sign of a path: `<base64url(HMAC-SHA256(token, path + ":" + expiry))>:<expiry>`, with base64's padding.
 *
 * `path` is decoded; `expiresAtMs` is told in whole seconds.
 */
export function signPath(path: string, expiresAtMs: number, token: string): string {
  const expiry = String(Math.floor(expiresAtMs / 1_000));
  return `${digest(path, expiry, token).toString('base64').replaceAll('+', '-').replaceAll('/', '_')}:${expiry}`;
}

/** `expired` is only said of a sign that was right for the path. */
export type SignVerdict = 'good' | 'expired' | 'wrong';

/** What a sign comes to; takes the same time for every sign that is wrong. */
export function judgeSign(path: string, sign: string, nowMs: number, token: string): SignVerdict {
  const [, mac = '', expiry = ''] = /^([\w-]{43}=):(\d{1,12})$/.exec(sign) ?? [];
  const given = Buffer.from(mac, 'base64url');
  const right = digest(path, expiry, token);
  const isRight = timingSafeEqual(given.length === right.length ? given : Buffer.alloc(right.length), right);
  if (!isRight) return 'wrong';
  return Number(expiry) * 1_000 > nowMs ? 'good' : 'expired';
}

function digest(path: string, expiry: string, token: string): Buffer {
  return createHmac('sha256', token).update(`${path}:${expiry}`).digest();
}
