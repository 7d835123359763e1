import type { ByteRange } from '../model.js';

/**
 * The one range of a `Range` header that is answered (RFC 9110 §14.1.2).
 *
 * `whole` where the header is to be ignored: another unit, bad syntax, a suffix of nothing. Ranges that overlap or touch
 * are merged; of those that stay apart only the first asked is answered (§15.3.7): multipart answers serve no
 * client and amplify attacks (§17.15).
 */
export function selectRange(header: string, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const list = /^bytes\s*=(.*)$/is.exec(header.trim())?.[1];
  if (list === undefined) return 'whole';
  const specs = list.split(',').flatMap((text) => text.trim() || []);
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
    const isInvalid = first === '' ? last === '' : last !== '' && Number(first) > Number(last);
    if (isInvalid) return 'whole';
    const isSuffix = first === '';
    if (isSuffix && size === 0) return 'whole';
    const range = resolve(first, last, size);
    if (range.first < size) ranges.push(range);
  }
  return merge(ranges) ?? ranges[0] ?? (specs.length > 0 ? 'unsatisfiable' : 'whole');
}

function resolve(first: string, last: string, size: number): ByteRange {
  if (first === '') return { first: Math.max(0, size - Number(last)), last: size - 1 };
  return { first: Number(first), last: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** All of them as one range, or undefined if there are gaps. */
function merge(ranges: readonly ByteRange[]): ByteRange | undefined {
  const [start, ...rest] = [...ranges].sort((a, b) => a.first - b.first);
  if (start === undefined) return undefined;
  let { last } = start;
  for (const range of rest) {
    if (range.first > last + 1) return undefined;
    last = Math.max(last, range.last);
  }
  return { first: start.first, last };
}
