import { z } from 'zod';
import { AppError } from '../../errors.js';

/** What a pasted token holds; at least one of the two tokens. */
export interface PastedToken {
  readonly accessToken?: string;
  readonly refreshToken?: string;
  /** Absent if the access token is good until Google refuses it. */
  readonly expiresAtMs?: number;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

const ADVICE = 'paste all that `rclone authorize "google photos"` prints between the two arrows';

const BEGIN = '--->';
const END = '<---';

const text = z.string().optional();
const tokenSchema = z.looseObject({
  access_token: text,
  refresh_token: text,
  expiry: text,
  // rclone before 2016
  AccessToken: text,
  RefreshToken: text,
  Expiry: text,
});
const mapSchema = z.looseObject({ token: text, client_id: text, client_secret: text });

/**
 * Reads what `rclone authorize "google photos"` prints: token JSON, or base64 of a JSON map that holds it, with or
 * without the arrows around it, the line breaks of a terminal, the quotes of a shell and the `token =` of rclone.conf.
 *
 * CONFIG_INVALID, naming the damage and repeating nothing of the text.
 */
export function parseToken(pasted: string): PastedToken {
  // Nothing we read from it holds white space.
  const compact = unquoted(
    betweenArrows(pasted)
      .replace(/\s+/g, '')
      .replace(/^token=/, ''),
  );
  if (compact === '') throw damaged('is empty');
  // Inside double quotes, a file of variables holds it with backslashes.
  if (compact.startsWith('{\\"')) return readJson(String(parse(`"${compact}"`)));
  if (compact.startsWith('{')) return readJson(compact);
  refuseOtherThings(compact);
  if (!/^[A-Za-z0-9+/_-]+=*$/.test(compact)) throw damaged('is neither JSON nor base64');
  const decoded = Buffer.from(compact, 'base64').toString('utf8');
  if (!decoded.startsWith('{')) throw damaged('is base64, but not of JSON: its beginning is missing');
  return readJson(decoded);
}

/** By hand: a pattern would take hours over a file of nothing but arrows. */
function betweenArrows(text: string): string {
  const [start, end] = [text.indexOf(BEGIN), text.lastIndexOf(END)];
  return start >= 0 && end >= start + BEGIN.length ? text.slice(start + BEGIN.length, end) : text;
}

/** The text without the single or double quotes around it, if there are any. */
export function unquoted(written: string): string {
  return /^(["'])(.*)\1$/s.exec(written)?.[2] ?? written;
}

function refuseOtherThings(compact: string): void {
  if (compact.startsWith('1//')) {
    const advice = 'give it as PHOTODAV_REFRESH_TOKEN, or refreshToken in the file, and leave token out';
    throw damaged('is a refresh token alone: it belongs into refreshToken', advice);
  }
  if (compact.startsWith('ya29.')) throw damaged('is an access token alone, good for an hour');
  if (compact.startsWith('4/')) throw damaged('is an authorization code, not a token');
}

function readJson(json: string): PastedToken {
  const value = parse(json);
  if (typeof value === 'object' && value !== null && ('installed' in value || 'web' in value)) {
    throw damaged("is the client's own file: its client_id and client_secret belong into clientId and clientSecret");
  }
  const map = mapSchema.safeParse(value);
  if (!map.success || map.data.token === undefined) return readToken(value);
  const { client_id: clientId, client_secret: clientSecret, token } = map.data;
  return {
    ...readToken(parse(token)),
    ...(clientId ? { clientId } : {}),
    ...(clientSecret ? { clientSecret } : {}),
  };
}

function readToken(value: unknown): PastedToken {
  const parsed = tokenSchema.safeParse(value);
  if (!parsed.success) throw damaged('is JSON of another shape: its fields must be texts');
  const { data } = parsed;
  const accessToken = data.access_token ?? data.AccessToken;
  const refreshToken = data.refresh_token ?? data.RefreshToken;
  if (!accessToken && !refreshToken) throw damaged('holds no refresh_token');
  const expiresAtMs = readExpiry(data.expiry ?? data.Expiry);
  return {
    ...(accessToken ? { accessToken } : {}),
    ...(refreshToken ? { refreshToken } : {}),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

function readExpiry(expiry: string | undefined): number | undefined {
  // Go writes year 1 for "never".
  if (!expiry || expiry.startsWith('0001-')) return undefined;
  const ms = Date.parse(expiry);
  if (Number.isNaN(ms)) throw damaged('has an expiry that is no date');
  return ms;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // No cause: the error quotes the text.
    throw damaged('is cut or damaged JSON');
  }
}

function damaged(how: string, advice = ADVICE): AppError {
  return new AppError('CONFIG_INVALID', `the token ${how}`, { advice });
}
