import { beforeEach, expect, it } from '@jest/globals';
import { signPath } from '../../../src/delivery/sign.js';
import { checkSign } from '../../../src/edge/check-sign.js';

const TOKEN = 'a-token-of-the-gateway';
const NOW = Date.UTC(2026, 0, 15, 12);
const PATH = '/Albums/Été/a #1.jpg';
const GOOD = signPath(PATH, NOW + 60_000, TOKEN);

let wrong = 0;
const onWrong = () => wrong++;
const check = (query: string) => () => checkSign(`/x${query}`, { path: PATH, linkToken: TOKEN, nowMs: NOW, onWrong });

beforeEach(() => {
  wrong = 0;
});

it.each([
  ['as it is', `?sign=${GOOD}`],
  ['escaped', `?sign=${encodeURIComponent(GOOD)}`],
  ['beside other parameters', `?raw=1&sign=${GOOD}&x=%20`],
])('takes a sign %s', (_what, query) => {
  expect(check(query)).not.toThrow();
});

it.each([
  ['no query', '', 'no sign', 0],
  ['no sign', '?other=1', 'no sign', 0],
  ['an empty sign', '?sign=', 'wrong', 1],
  ['the right sign twice', `?sign=${GOOD}&sign=${GOOD}`, 'several', 0],
  ['a wrong sign before the right one', `?sign=x&sign=${GOOD}`, 'several', 0],
  ['an expired sign', `?sign=${signPath(PATH, NOW - 1_000, TOKEN)}`, 'expired', 0],
  ['an expired sign of another gateway', `?sign=${signPath(PATH, NOW - 1_000, 'the-token-of-another')}`, 'wrong', 1],
  ['the sign of another path', `?sign=${signPath('/Albums/b.jpg', NOW + 60_000, TOKEN)}`, 'wrong', 1],
  ['the sign of another gateway', `?sign=${signPath(PATH, NOW + 60_000, 'the-token-of-another')}`, 'wrong', 1],
  ['a later expiry than was signed', `?sign=${GOOD.replace(/\d+$/, (at) => String(Number(at) + 1))}`, 'wrong', 1],
  ['an expiry of never', `?sign=${GOOD.replace(/:\d+$/, ':0')}`, 'wrong', 1],
  ['a sign cut short', `?sign=${GOOD.slice(1)}`, 'wrong', 1],
])('refuses %s, and says what is the matter', (_what, query, told, times) => {
  const refused = { code: 'BAD_REQUEST', status: 403, message: expect.stringContaining(told) };
  expect(check(query)).toThrow(expect.objectContaining(refused));
  expect(wrong).toBe(times);
});
