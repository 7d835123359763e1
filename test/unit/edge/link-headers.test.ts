import { expect, it } from '@jest/globals';
import { linkHeaders } from '../../../src/edge/link-headers.js';

it('of the item are sent, by name in lower case', () => {
  expect(linkHeaders({ Authorization: ['Bearer x'], Cookie: ['a=1', 'b=2'], 'X-Goog-Date': [] })).toEqual({
    authorization: 'Bearer x',
    cookie: 'a=1, b=2',
    'x-goog-date': '',
  });
});

it.each([
  'Accept-Encoding',
  'Connection',
  'Content-Length',
  'Expect',
  'Host',
  'Keep-Alive',
  'Proxy-Connection',
  'Range',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'UPGRADE',
  'Via',
])('%s is not', (name) => {
  expect(linkHeaders({ [name]: ['1'], Cookie: ['a'] })).toEqual({ cookie: 'a' });
});

it.each([
  ['Cookie', 'a\r\nHost: evil.example'],
  ['Cookie', 'a\nb'],
  ['Cookie', 'a\0'],
  ['Cookie', '\u560d\u560a'],
  ['Cook\r\nie', 'a'],
  ['Cook ie', 'a'],
  ['', 'a'],
])('%j: %j, which could begin another message, is not', (name, value) => {
  expect(linkHeaders({ [name]: ['b', value] })).toEqual({});
});
