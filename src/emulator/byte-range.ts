/** Bytes `first` to `last`, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What a Range header asks of `size` bytes (RFC 9110 §14.1.2); anything but one plain byte range asks for all. */
export function parseRange(header: string | undefined, size: number): Span | 'all' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match) return 'all';
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return 'all';
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Number(to);
  if (last < first && to !== '') return 'all';
  return first >= size ? 'unsatisfiable' : { first, last: Math.min(last, size - 1) };
}
