import { expect, it } from '@jest/globals';
import { signPath } from '../../../src/delivery/sign.js';
import { checkSign } from '../../../src/edge/check-sign.js';

const TOKEN = 'a-token-of-the-gateway';
const NOW = Date.UTC(2026, 0, 15, 12);
const PATH = '/Albums/Été/a #1.jpg';
const GOOD = signPath(PATH, NOW + 60_000, TOKEN);

const check = (query: string) => () => checkSign(`/x${query}`, { path: PATH, linkToken: TOKEN, nowMs: NOW });

it.each([
  ['as it is', `?sign=${GOOD}`],
  ['escaped', `?sign=${encodeURIComponent(GOOD)}`],
  ['beside other parameters', `?raw=1&sign=${GOOD}&x=%20`],
])('takes a sign %s', (_what, query) => {
  expect(check(query)).not.toThrow();
});

it.each([
  ['no query', ''],
  ['no sign', '?other=1'],
  ['an empty sign', '?sign='],
  ['the right sign twice', `?sign=${GOOD}&sign=${GOOD}`],
  ['a wrong sign before the right one', `?sign=x&sign=${GOOD}`],
  ['an expired sign', `?sign=${signPath(PATH, NOW - 1_000, TOKEN)}`],
  ['the sign of another path', `?sign=${signPath('/Albums/b.jpg', NOW + 60_000, TOKEN)}`],
  ['the sign of another gateway', `?sign=${signPath(PATH, NOW + 60_000, 'the-token-of-another')}`],
  ['a later expiry than was signed', `?sign=${GOOD.replace(/\d+$/, (expiry) => String(Number(expiry) + 1))}`],
  ['an expiry of never', `?sign=${GOOD.replace(/:\d+$/, ':0')}`],
  ['a sign cut short', `?sign=${GOOD.slice(1)}`],
])('refuses %s', (_what, query) => {
  expect(check(query)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST', status: 403 }));
});
