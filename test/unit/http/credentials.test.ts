import { describe, expect, it } from '@jest/globals';
import { readCredentials } from '../../../src/http/credentials.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function read(...values: readonly string[]) {
  const headers = values[0] === undefined ? {} : { authorization: values[0] };
  return readCredentials({ headers, rawHeaders: ['Host', 'x', ...values.flatMap((each) => ['Authorization', each])] });
}

describe('Basic credentials', () => {
  it.each([
    ['as most send them', `Basic ${base64('ana:secret')}`, 'ana', 'secret'],
    ['of a scheme in small letters', `basic ${base64('ana:secret')}`, 'ana', 'secret'],
    ['of a scheme in capitals', `BASIC   ${base64('ana:secret')}`, 'ana', 'secret'],
    ['without padding', `Basic ${base64('ana:secre').replaceAll('=', '')}`, 'ana', 'secre'],
    ['with a plus and a slash', 'Basic YW5hOj4/Pj8+', 'ana', '>?>?>'],
    ['with colons in the password', `Basic ${base64('ana:a:b::')}`, 'ana', 'a:b::'],
    ['with an empty password', `Basic ${base64('ana:')}`, 'ana', ''],
    ['with an empty name', `Basic ${base64(':secret')}`, '', 'secret'],
    ['in UTF-8', `Basic ${base64('ü:é😀')}`, 'ü', 'é😀'],
    ['with a decomposed name', `Basic ${base64('u\u0308:e\u0301')}`, 'ü', 'e\u0301'],
    ['with a byte order mark, which is part of the name', `Basic ${base64('\ufeffana:x')}`, '\ufeffana', 'x'],
    [
      'with the longest name and password',
      `Basic ${base64(`${'ü'.repeat(255)}:${'x'.repeat(1024)}`)}`,
      'ü'.repeat(255),
      'x'.repeat(1024),
    ],
    [
      'with the longest name in its longest form',
      `Basic ${base64(`${'\u1fc2'.repeat(255).normalize('NFD')}:${'x'.repeat(1024)}`)}`,
      '\u1fc2'.repeat(255),
      'x'.repeat(1024),
    ],
    ['with spaces', `Basic ${base64(' ana : b ')}`, ' ana ', ' b '],
  ])('%s', (_, header, name, password) => {
    expect(read(header)).toEqual({ name, password });
  });

  it('with a plus and a slash are really so', () => {
    expect(base64('ana:>?>?>')).toBe('YW5hOj4/Pj8+');
    expect(base64('ana:>>>???')).toMatch(/[+/]/);
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Basic'],
    ['nothing behind the scheme', 'Basic '],
    ['another scheme', `Bearer ${base64('ana:secret')}`],
    ['another scheme that ends alike', `NotBasic ${base64('ana:secret')}`],
    ['no colon', `Basic ${base64('constructor')}`],
    ['the URL-safe alphabet', 'Basic YW5hOj4_Pj8-'],
    ['no base64', 'Basic ana:secret'],
    ['more than padding', `Basic ${base64('ana:secret')}===`],
    ['two words', `Basic ${base64('ana:secret')} ${base64('ana:secret')}`],
    ['bytes that are not UTF-8', `Basic ${Buffer.from('ana:\u00e9', 'latin1').toString('base64')}`],
    ['Digest', 'Digest username="ana", realm="photodav", nonce="x", uri="/", response="x"'],
  ])('are none with %s', (_, header) => {
    expect(header === undefined ? read() : read(header)).toBeUndefined();
  });

  it.each([
    ['a name of thousands of marks, which takes long to normalise', `a${'\u0300\u0334'.repeat(900)}:x`],
    ['a name of as many letters', `${'a'.repeat(1021)}:x`],
    ['more marks in a row than any script has', `a${'\u0315\u0300'.repeat(16)}:x`],
    ['a password of more than all its room', `a:${'x'.repeat(4095)}`],
  ])('are none with %s', (_, text) => {
    expect(read(`Basic ${base64(text)}`)).toBeUndefined();
  });

  it('that come twice are refused, for a proxy may have looked at the other', () => {
    const header = `Basic ${base64('ana:secret')}`;
    expect(() => read(header, header)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST', status: 400 }));
  });
});
