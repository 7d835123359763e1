import { describe, expect, it } from '@jest/globals';
import { googleAddresses } from '../../../src/google/addresses.js';

describe('bytes may come from', () => {
  it.each([
    ['https://lh3.googleusercontent.com/lr/x=d', true],
    ['https://video-downloads.googleusercontent.com/x', true],
    ['https://rr4---sn-abc.googlevideo.com/videoplayback', true],
    ['https://photoslibrary.googleapis.com/x', true],
    ['http://lh3.googleusercontent.com/lr/x=d', false],
    ['https://lh3.googleusercontent.com:8443/lr/x', false],
    ['https://googleusercontent.com.evil.example/x', false],
    ['https://evilgoogleusercontent.com/x', false],
    ['https://169.254.169.254/latest', false],
    ['http://127.0.0.1:8080/x', false],
    ['file:///etc/passwd', false],
  ])('%s: %j', (url, expected) => {
    expect(googleAddresses().mayServeBytes(new URL(url))).toBe(expected);
  });

  it.each([
    ['http://127.0.0.1:9/x', true],
    ['http://127.0.0.2:9/x', false],
    ['https://lh3.googleusercontent.com/x', true],
    ['ftp://127.0.0.1/x', false],
  ])('%s, with an endpoint on 127.0.0.1: %j', (url, expected) => {
    expect(googleAddresses(new URL('http://127.0.0.1:5000/')).mayServeBytes(new URL(url))).toBe(expected);
  });

  it("are Google's own paths on the endpoint's origin", () => {
    const { api, token, label } = googleAddresses(new URL('http://127.0.0.1:5000/some/path'));
    expect([api.href, token.href, label]).toEqual([
      'http://127.0.0.1:5000/',
      'http://127.0.0.1:5000/token',
      '127.0.0.1:5000',
    ]);
    expect(googleAddresses().token.href).toBe('https://oauth2.googleapis.com/token');
  });
});
