import { describe, expect, it } from '@jest/globals';
import { splitTarget } from '../../../src/http/target.js';

describe('a request target', () => {
  it.each([
    ['/a?b', { path: '/a?b' }],
    ['*', { path: '*' }],
    ['//host/a', { path: '//host/a' }],
    ['/http://host/a', { path: '/http://host/a' }],
    ['HTTP://Host:80/a?b', { scheme: 'http', authority: 'Host:80', path: '/a?b' }],
    ['http://user:p@ss@[::1]:8/', { scheme: 'http', authority: '[::1]:8', path: '/' }],
    ['https://host', { scheme: 'https', authority: 'host', path: '' }],
    ['http://host?a@b', { scheme: 'http', authority: 'host', path: '?a@b' }],
    ['ftp://me@host/a', { scheme: 'ftp', authority: 'host', path: '/a' }],
  ])('%s', (target, parts) => {
    expect(splitTarget(target)).toEqual(parts);
  });
});
