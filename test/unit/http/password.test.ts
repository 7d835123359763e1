import { describe, expect, it } from '@jest/globals';
import { hashPassword, unmatchableHash, verifyPassword } from '../../../src/http/password.js';
import { cheapHash } from '../../support/users.js';

const FORM = /^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/;

describe('a password hash', () => {
  it('has its parameters, a salt of its own, and the key', async () => {
    const [one, other] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
    expect(one).toMatch(FORM);
    expect(other).toMatch(FORM);
    expect(one).not.toBe(other);
  });

  it('knows its password and no other', async () => {
    const hash = await hashPassword('correct horse: battery');
    await expect(verifyPassword('correct horse: battery', hash)).resolves.toBe(true);
    await expect(verifyPassword('correct horse: batterx', hash)).resolves.toBe(false);
    await expect(verifyPassword('', hash)).resolves.toBe(false);
  });

  it('knows a password typed in the other Unicode form, from either side', async () => {
    const [composed, decomposed] = ['Z\u00fcrich \u00e9', 'Zu\u0308rich e\u0301'];
    await expect(verifyPassword(decomposed, await hashPassword(composed))).resolves.toBe(true);
    await expect(verifyPassword(composed, await hashPassword(decomposed))).resolves.toBe(true);
  });

  it('is made of up to 1024 bytes, and no more are looked at', async () => {
    const longest = 'é'.repeat(512);
    await expect(verifyPassword(longest, await hashPassword(longest))).resolves.toBe(true);
    await expect(hashPassword(`${longest}x`)).rejects.toThrow('at most 1024 bytes');
    const cheap = cheapHash(`${longest}x`);
    await expect(verifyPassword(`${longest}x`, cheap)).resolves.toBe(false);
    // As it is sent, not as it would be in NFC.
    await expect(verifyPassword(longest.normalize('NFD'), await hashPassword(longest))).resolves.toBe(false);
  });

  it('of another cost is verified at that cost', async () => {
    await expect(verifyPassword('secret', cheapHash('secret', { logN: 5, r: 2, p: 3 }))).resolves.toBe(true);
    await expect(verifyPassword('Secret', cheapHash('secret', { logN: 5, r: 2, p: 3 }))).resolves.toBe(false);
  });

  const [, , , salt = '', key = ''] = cheapHash('secret').split('$');
  it.each([
    ['nothing', ''],
    ['the password itself', 'secret'],
    ['another scheme', `$argon2id$v=19$m=65536,t=3,p=4$${salt}$${key}`],
    ['a cost of gigabytes', `$scrypt$ln=30,r=8,p=1$${salt}$${key}`],
    ['a cost of minutes', `$scrypt$ln=15,r=8,p=99$${salt}$${key}`],
    ['a cost of nothing', `$scrypt$ln=0,r=8,p=1$${salt}$${key}`],
    ['no blocks', `$scrypt$ln=4,r=0,p=1$${salt}$${key}`],
    ['no lanes', `$scrypt$ln=4,r=8,p=0$${salt}$${key}`],
    ['more than scrypt allows for so small a block', `$scrypt$ln=17,r=1,p=1$${salt}$${key}`],
    ['a cost that is no number', `$scrypt$ln=1e1,r=8,p=1$${salt}$${key}`],
    ['a short key', `$scrypt$ln=4,r=8,p=1$${salt}$${key.slice(1)}`],
    ['no salt', `$scrypt$ln=4,r=8,p=1$$${key}`],
    ['more behind it', `$scrypt$ln=4,r=8,p=1$${salt}$${key}\n`],
  ])('of %s is no hash, and matches nothing', async (_, hash) => {
    await expect(verifyPassword('secret', hash)).resolves.toBe(false);
  });

  it('that nobody has is like any other', async () => {
    expect(unmatchableHash()).toMatch(FORM);
    await expect(verifyPassword('', unmatchableHash())).resolves.toBe(false);
  });
});
