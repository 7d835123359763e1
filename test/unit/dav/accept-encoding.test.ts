import { describe, expect, it } from '@jest/globals';
import { acceptsGzip } from '../../../src/dav/accept-encoding.js';

describe('Accept-Encoding', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['deflate, GZIP;q=0.5, br', true],
    ['x-gzip', true],
    ['*', true],
    ['gzip;q=0', false],
    ['gzip ; Q=0.000', false],
    ['gzip;q=0.001', true],
    ['gzip;q=0, *', false],
    ['*;q=0', false],
    ['*;q=0, gzip', true],
    ['not-gzip', false],
    ['gzip-not', false],
    ['br;x=gzip', false],
    ['identity', false],
    ['gzip;q=nonsense', false],
  ])('%s allows gzip: %s', (header, isAllowed) => {
    expect(acceptsGzip(header)).toBe(isAllowed);
  });
});
