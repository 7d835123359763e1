import { describe, expect, it } from '@jest/globals';
import { isAllowedHost } from '../../../src/http/host.js';

describe('the Host header', () => {
  it.each([
    ['localhost', true],
    ['LOCALHOST:8008', true],
    ['localhost.:8008', true],
    ['photos.localhost', true],
    ['127.0.0.1:8008', true],
    ['127.8.9.10', true],
    ['[::1]:8008', true],
    ['[::1]', true],
    ['photos.example', true],
    ['Photos.Example:443', true],
    ['192.168.1.5:8008', true],
    ['[fe80::1]:8008', true],
    [undefined, true],
    ['evil.example', false],
    ['evil.example:8008', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['8.8.8.8.example', false],
    ['', false],
    ['256.1.1.1', false],
  ])('%s is let in: %s', (host, isAllowed) => {
    expect(isAllowedHost(host, ['photos.example'])).toBe(isAllowed);
  });
});
