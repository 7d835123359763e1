import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { verdictOn } from '../../../src/edge/verdict.js';
import type { Bytes } from '../../../src/google/media/media-answer.js';

const DATE = 'Thu, 15 Jan 2026 12:00:00 GMT';
const EPOCH = 'Thu, 01 Jan 1970 00:00:00 GMT';

function upstream(validator?: string, lastModified?: string): Bytes {
  return {
    kind: 'bytes',
    body: Readable.from([]),
    size: 100,
    ...(validator === undefined ? {} : { validator }),
    headers: lastModified === undefined ? {} : { 'last-modified': lastModified },
  };
}

it.each([
  ['a strong tag', '"a"', upstream('"a"'), 206],
  ['another strong tag', '"b"', upstream('"a"'), 200],
  ['the weak tag of a strong one', 'W/"a"', upstream('"a"'), 200],
  ['the strong tag of a weak one', '"a"', upstream('W/"a"'), 200],
  ['a weak tag', 'W/"a"', upstream('W/"a"', DATE), 200],
  ['a tag where none is told', '"a"', upstream(undefined, DATE), 200],
  ['the date', DATE, upstream('W/"a"', DATE), 206],
  ['another date', EPOCH, upstream('"a"', DATE), 200],
  ['a date where none is told', EPOCH, upstream('"a"'), 200],
  ['nothing', '', upstream(undefined, DATE), 200],
  ['nothing, where nothing is told', '', upstream(), 200],
])('If-Range with %s', (_what, ifRange, content, status) => {
  expect(verdictOn({ range: 'bytes=0-9', 'if-range': ifRange }, content).status).toBe(status);
});

it('compares a weak tag where that is enough, and a date with nothing where none is told', () => {
  expect(verdictOn({ 'if-none-match': 'W/"a"' }, upstream('W/"a"')).status).toBe(304);
  expect(verdictOn({ 'if-modified-since': DATE }, upstream('"a"')).status).toBe(200);
});
