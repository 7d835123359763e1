import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../../../src/errors.js';
import { parseToken } from '../../../../src/google/auth/token.js';

const TOKEN = {
  access_token: 'ya29.access',
  token_type: 'Bearer',
  refresh_token: '1//refresh',
  expiry: '2019-06-28T17:38:04.644930156+01:00',
};
const PARSED = {
  accessToken: 'ya29.access',
  refreshToken: '1//refresh',
  expiresAtMs: Date.UTC(2019, 5, 28, 16, 38, 4, 644),
};
const json = JSON.stringify(TOKEN);
const map = { token: json, client_id: '1-a.apps.googleusercontent.com', client_secret: 'GOCSPX-s' };

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replace(/=+$/, '');
}

describe('a pasted token', () => {
  it.each<[string, string, object]>([
    ['raw JSON', json, PARSED],
    ['JSON between the arrows', `Paste the following into your remote machine --->\n${json}\n<---End paste\n`, PARSED],
    ['JSON broken by a terminal', json.replace('refresh"', 'ref\r\n  resh"'), PARSED],
    [
      'an unpadded base64 map',
      base64(map),
      { ...PARSED, clientId: '1-a.apps.googleusercontent.com', clientSecret: 'GOCSPX-s' },
    ],
    ['a base64 map between arrows, wrapped', `--->\n${base64(map).replace(/(.{40})/g, '$1\n')}\n<---`, PARSED],
    ['base64 of the token itself', base64(TOKEN), PARSED],
    [
      'the old field names',
      '{"AccessToken":"a","RefreshToken":"r","Expiry":"0001-01-01T00:00:00Z"}',
      { accessToken: 'a', refreshToken: 'r' },
    ],
    ['JSON in single quotes', `'${json}'`, PARSED],
    ['JSON in double quotes', ` "${json}"\n`, PARSED],
    ['JSON in double quotes, with backslashes', JSON.stringify(json), PARSED],
    ['base64 in quotes', `"${base64(TOKEN)}"`, PARSED],
    ['its line in rclone.conf', `token = ${json}\n`, PARSED],
    ['its line in quotes', `token='${json}'`, PARSED],
    ['no expiry', '{"access_token":"a"}', { accessToken: 'a' }],
    ['a refresh token only', '{"refresh_token":"r","expires_in":3599}', { refreshToken: 'r' }],
  ])('is read from %s', (_name, text, expected) => {
    expect(parseToken(text)).toMatchObject(expected);
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '  \n ', /is empty/],
    ['only arrows', '--->\n\n<---', /is empty/],
    ['JSON that is cut', json.slice(0, 60), /cut or damaged JSON/],
    ['a map whose token is cut', base64({ token: json.slice(0, 60) }), /cut or damaged JSON/],
    ['base64 that lost its beginning', base64(map).slice(6), /beginning is missing/],
    ['base64 that lost its end', base64(map).slice(0, 80), /cut or damaged JSON/],
    ['other characters', '<html>', /neither JSON nor base64/],
    ['a bare refresh token', '1//0abc', /belongs into refreshToken/],
    ['a bare access token', 'ya29.a0abc', /good for an hour/],
    ['an authorization code', '4/0Aabc', /authorization code/],
    ["the client's file", '{"installed":{"client_id":"x"}}', /client's own file/],
    ['JSON without a token', '{"scope":"x"}', /holds no refresh_token/],
    ['empty quotes', '""', /is empty/],
    ['quotes around JSON that is cut', `"${json.slice(0, 60)}"`, /cut or damaged JSON/],
    ['fields of other types', '{"access_token":5}', /must be texts/],
    ['an expiry that is no date', '{"access_token":"a","expiry":"soon"}', /no date/],
  ])('of %s is refused by name', (_name, text, message) => {
    const parse = (): unknown => parseToken(text);
    expect(parse).toThrow(AppError);
    expect(parse).toThrow(message);
  });

  it('that is a refresh token alone is refused with the variable it belongs into', () => {
    const advice = expect.stringContaining('PHOTODAV_REFRESH_TOKEN') as unknown;
    expect(() => parseToken("'1//0abc'")).toThrow(expect.objectContaining({ advice }));
  });

  it('is never repeated by an error', () => {
    for (const text of [json.slice(0, 90), '1//0secret', base64(map).slice(4)]) {
      let message = '';
      try {
        parseToken(text);
      } catch (error) {
        message = JSON.stringify([String(error), (error as Error).cause]);
      }
      expect(message).toMatch(/^\["AppError: the token /);
      expect(message).not.toMatch(/ya29|1\/\/|GOCSPX/);
    }
  });
});
