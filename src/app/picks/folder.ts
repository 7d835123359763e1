import { AppError } from '../../errors.js';

/** As one segment of a path at most, in bytes of UTF-8. */
const MAX_BYTES = 255;
const MAX_DEPTH = 10;

/** `Picked 2026-11-21`, by the clocks of the time zone. */
export function defaultFolder(nowMs: number, timeZone: string): string {
  const options = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const parts = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', options).formatToParts(nowMs);
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  return `Picked ${of('year')}-${of('month')}-${of('day')}`;
}

/** The name that a pick's folder is given; a slash in it nests. Throws CONFIG_INVALID for what cannot be one. */
export function checkedFolder(written: string): string {
  const segments = written
    .normalize('NFC')
    .split('/')
    .map((segment) => segment.trim());
  const fault = faultOf(segments);
  if (fault === undefined) return segments.join('/');
  throw new AppError('CONFIG_INVALID', `--folder: ${fault}`, {
    advice: 'choose a name such as Summer, or Travel/Summer for a folder in a folder',
  });
}

function faultOf(segments: readonly string[]): string | undefined {
  if (segments.some((segment) => segment === '')) return 'a folder needs a name, before and after each slash';
  if (segments.some((segment) => segment === '.' || segment === '..')) return '. and .. are no names';
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  if (segments.some((segment) => /[\0-\x1f\x7f]/.test(segment))) return 'the name holds a control character';
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_BYTES)) return `the name has over ${MAX_BYTES} bytes`;
  if (segments.length > MAX_DEPTH) return `there are over ${MAX_DEPTH} folders in each other`;
  return undefined;
}
