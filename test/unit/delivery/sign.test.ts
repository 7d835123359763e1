import { describe, expect, it } from '@jest/globals';
import { judgeSign, signPath } from '../../../src/delivery/sign.js';
import { describeClient, mustRun } from '../../support/clients.js';

const EXPIRY = 1_795_287_600;
const TOKEN = 'a-token-of-32-bytes-or-more-0123';
const PATHS = ['/a.jpg', '/Albums/Summer 2024/IMG_0001.jpg', '/全部媒体/日本語 🎉.jpg', '/100%20.jpg', "/a:b'c.mp4"];

describe('a sign', () => {
  // printf '%s' '<path>:<expiry>' | openssl dgst -sha256 -hmac '<token>' -binary | base64 | tr '+/' '-_'
  it.each([
    ['j8WYsTpIGF7Wf6hkdCEgk1lYRkQJnB9jhZVxmmHX27M=', '/a.jpg'],
    ['8eWSOjqcpYHapljlrENJEoEnZBNi9D_HvlZJ6r9t-9Q=', '/全部媒体/日本語 🎉.jpg'],
  ])('is %s for %s', (mac, path) => {
    expect(signPath(path, EXPIRY * 1_000 + 999, TOKEN)).toBe(`${mac}:${EXPIRY}`);
  });

  it('lets in who has it, until it expires', () => {
    for (const path of PATHS) {
      const sign = signPath(path, EXPIRY * 1_000, TOKEN);
      expect(judgeSign(path, sign, EXPIRY * 1_000 - 1, TOKEN)).toBe('good');
      expect(judgeSign(path, sign, EXPIRY * 1_000, TOKEN)).toBe('expired');
    }
  });

  it('is good for one path, one expiry and one token', () => {
    const sign = signPath('/a.jpg', EXPIRY * 1_000, TOKEN);
    const now = EXPIRY * 1_000 - 1;
    expect(judgeSign('/b.jpg', sign, now, TOKEN)).toBe('wrong');
    expect(judgeSign('/a.jpg', sign, now, `${TOKEN}!`)).toBe('wrong');
    expect(judgeSign('/a.jpg', sign.replace(String(EXPIRY), String(EXPIRY + 1)), now, TOKEN)).toBe('wrong');
    expect(judgeSign('/a.jpg', `${sign}0`, now, TOKEN)).toBe('wrong');
  });

  it('is wrong, and not expired, where it never was right', () => {
    const sign = signPath('/a.jpg', EXPIRY * 1_000, TOKEN);
    const later = EXPIRY * 1_000 + 1;
    expect(judgeSign('/b.jpg', sign, later, TOKEN)).toBe('wrong');
    expect(judgeSign('/a.jpg', sign.replace(/:.*/, ':1'), later, TOKEN)).toBe('wrong');
  });

  it.each(['', ':', `:${EXPIRY}`, 'abc=:0', `${'A'.repeat(43)}=:${EXPIRY}`, `${'A'.repeat(43)}=`])(
    'is not %j',
    (sign) => {
      expect(judgeSign('/a.jpg', sign, 0, TOKEN)).toBe('wrong');
    },
  );
});

describeClient('openssl', { commands: ['openssl'], packages: ['openssl'] }, () => {
  it.each(PATHS)('makes the same sign of %s', async (path) => {
    const dgst = ['dgst', '-sha256', '-hmac', TOKEN, '-binary'];
    const { stdoutBytes } = await mustRun('openssl', dgst, { input: `${path}:${EXPIRY}` });
    const mac = stdoutBytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    expect(signPath(path, EXPIRY * 1_000, TOKEN)).toBe(`${mac}:${EXPIRY}`);
  });
});
