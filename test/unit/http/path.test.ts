import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../../src/errors.js';
import { encodePath, encodeSegment, parsePath } from '../../../src/http/path.js';

const statusOf = (target: string): number | undefined => {
  try {
    parsePath(target);
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.status : -1;
  }
};

describe('a request target', () => {
  it.each([
    ['/', [], true],
    ['', [], true],
    ['/?a=/b', [], true],
    ['/Albums', ['Albums'], false],
    ['/Albums/', ['Albums'], true],
    ['/a%20b/c+d?x=%', ['a b', 'c+d'], false],
    ['http://host:80/a/b', ['a', 'b'], false],
    ['HTTPS://host', [], true],
    ['/%e6%97%a5', ['日'], false],
    ['/100%25', ['100%'], false],
    ['/...', ['...'], false],
    ['/a&b;c=d@e$f,g~h', ['a&b;c=d@e$f,g~h'], false],
  ])('%j names %j', (target, segments, endsInSlash) => {
    expect(parsePath(target)).toEqual({ segments, endsInSlash });
  });

  it.each([
    ['/%', 400],
    ['/%ff', 400],
    ['/%zz', 400],
    ['/a%00b', 400],
    ['/a%0ab', 400],
    ['/%7f', 400],
    ['/%c0%ae%c0%ae/', 400],
    ['/%ed%a0%80', 400],
    ['ftp://host/a', 400],
    ['/..%2f..%2fetc/passwd', 400],
    ['/%2e%2e/', 400],
    ['/a/../b', 400],
    ['/./a', 400],
    ['/x%5c..%5cy', 400],
    ['/x\\y', 400],
    ['/a#b', 400],
    ['relative', 400],
    ['*', 400],
    ['//evil.example/x', 404],
    ['//', 404],
    ['/a//b', 404],
    [`/${'a'.repeat(4096)}`, 414],
    ['/a'.repeat(65), 414],
  ])('%j is refused with %d', (target, status) => {
    expect(statusOf(target)).toBe(status);
  });

  it('comes back from its encoding, whatever the names', () => {
    // eslint-disable-next-line no-control-regex -- what no published name holds
    const isName = (name: string): boolean => !/^\.{0,2}$|[/\\\u0000-\u001f\u007f-\u009f]/.test(name);
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isName);
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), fc.boolean(), (segments, endsInSlash) => {
        const path = encodePath(segments, endsInSlash);
        expect(path).toMatch(/^\/([\w.~/-]|%[0-9A-F]{2})*$/);
        expect(parsePath(path).segments).toEqual(segments);
      }),
    );
  });

  it('is read or refused, never thrown out with something else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (garbage) => {
        expect([undefined, 400, 404, 414]).toContain(statusOf(`/${garbage}`));
      }),
    );
  });

  it.each([
    ["it's (not) *bad*!", 'it%27s%20%28not%29%20%2Abad%2A%21'],
    ['#?&', '%23%3F%26'],
    ['-._~', '-._~'],
    ['\ud800', '%EF%BF%BD'],
  ])('%j is written %s', (segment, encoded) => {
    expect(encodeSegment(segment)).toBe(encoded);
  });
});
