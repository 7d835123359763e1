import { describe, expect, it } from '@jest/globals';
import { systemErrorText } from '../../src/system-error.js';

describe('an error of the system', () => {
  it.each([
    [{ code: 'EROFS' }, 'EROFS: read-only file system'],
    [{ code: 'EACCES' }, 'EACCES: permission denied'],
    [{ code: 'ERR_OF_NODE' }, 'ERR_OF_NODE'],
    [new Error('no code'), 'unknown error'],
  ])('%j is told as %s', (error, text) => {
    expect(systemErrorText(error)).toBe(text);
  });
});
