import { describe, expect, it } from '@jest/globals';
import { accountDigest, credentialsOf, projectOf } from '../../../../src/sources/sign-in/credentials.js';

const pasted = JSON.stringify({ access_token: 'ya29.a', refresh_token: '1//pasted', expiry: '2026-01-01T00:00:00Z' });
const map = Buffer.from(JSON.stringify({ token: pasted, client_id: '1-a', client_secret: 's' })).toString('base64');
const expired = JSON.stringify({ access_token: 'ya29.a', expiry: '2026-01-01T00:00:00Z' });
const NOW = Date.UTC(2026, 5);
const client = { clientId: '1-a', clientSecret: 's' };

describe('the credentials', () => {
  it.each<[string, object, object]>([
    ['options', { ...client, refreshToken: '1//own' }, { ...client, refreshToken: '1//own' }],
    [
      'a pasted token',
      { ...client, token: pasted },
      { ...client, refreshToken: '1//pasted', accessToken: 'ya29.a', accessTokenEndsAtMs: Date.UTC(2026, 0) },
    ],
    [
      'options in quotes',
      { clientId: '"1-a"', clientSecret: "'s'", refreshToken: '"1//own"' },
      { ...client, refreshToken: '1//own' },
    ],
    [
      'a pasted token and the same refresh token',
      { ...client, refreshToken: '1//pasted', token: pasted },
      { ...client, refreshToken: '1//pasted', accessToken: 'ya29.a' },
    ],
    [
      'a refresh token beside a paste without one',
      { ...client, refreshToken: '1//own', token: expired },
      { ...client },
    ],
    ['a pasted map alone', { token: map }, { ...client, refreshToken: '1//pasted', accessToken: 'ya29.a' }],
  ])('come from %s', (_from, options, expected) => {
    expect(credentialsOf(options, NOW)).toMatchObject(expected);
  });

  it('leave out a pasted access token that belongs to no refresh token', () => {
    expect(credentialsOf({ ...client, refreshToken: '1//own', token: expired }, NOW)).toEqual({
      ...client,
      refreshToken: '1//own',
    });
  });

  it.each<[object, RegExp]>([
    [{}, /missing clientId, clientSecret, refreshToken or token$/],
    [{ clientId: '1-a' }, /missing clientSecret, refreshToken or token$/],
    [client, /missing refreshToken or token$/],
    [{ token: pasted }, /missing clientId, clientSecret$/],
    [{ clientId: '""', clientSecret: 's', refreshToken: 'r' }, /missing clientId$/],
    [
      { ...client, refreshToken: '1//own', token: pasted },
      /sign-in: refreshToken and token hold different refresh tokens$/,
    ],
    [
      { refreshToken: '1//own', token: pasted },
      /missing clientId, clientSecret; refreshToken and token hold different/,
    ],
    [{ ...client, token: expired }, /the token holds no refresh_token, and its access token has expired$/],
  ])('of %j: all that is missing or at odds is told together', (options, message) => {
    expect(() => credentialsOf(options, NOW)).toThrow(message);
  });
});

describe('a namespace', () => {
  it('tells accounts apart, and holds no token', () => {
    const digest = accountDigest({ ...client, refreshToken: '1//one' });
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(digest).not.toBe(accountDigest({ ...client, refreshToken: '1//two' }));
    expect(digest).toBe(accountDigest({ ...client, refreshToken: '1//one', accessToken: 'ya29.other' }));
  });

  it.each([
    ['123456-abc.apps.googleusercontent.com', '123456'],
    ['odd', 'odd'],
  ])('of %s counts by project %s', (clientId, project) => expect(projectOf(clientId)).toBe(project));
});
