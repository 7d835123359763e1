import { beforeEach, expect, it } from '@jest/globals';
import type { Link } from '../../../src/edge/gateway.js';
import { Links } from '../../../src/edge/links.js';
import { AppError } from '../../../src/errors.js';
import { ManualClock } from '../../support/manual-clock.js';

let clock: ManualClock;
let asked: string[];
let answer: () => Promise<Link>;
let links: Links;

beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  answer = () => Promise.resolve(link());
  links = new Links({
    ask(path, isRenewal) {
      asked.push(isRenewal ? `${path}, again` : path);
      return answer();
    },
    clock,
  });
});

function link(lifeMs = 60_000): Link {
  return { url: `https://lh3.googleusercontent.com/${asked.length}`, headers: {}, lifeMs };
}

it('asks once for many who want one at the same time, and keeps the link while it lives', async () => {
  const many = await Promise.all(Array.from({ length: 16 }, () => links.get('/a.jpg')));
  expect(new Set(many).size).toBe(1);
  await clock.advance(59_999);
  expect(await links.get('/a.jpg')).toBe(many[0]);
  expect(asked).toEqual(['/a.jpg']);
});

it('asks again when the link has ended', async () => {
  await links.get('/a.jpg');
  await clock.advance(60_001);
  await links.get('/a.jpg');
  expect(asked).toHaveLength(2);
});

it('keeps nothing that may not be kept', async () => {
  answer = () => Promise.resolve(link(0));
  await links.get('/a.jpg');
  await links.get('/a.jpg');
  expect(asked).toHaveLength(2);
});

it('asks for each path of its own', async () => {
  await links.get('/a.jpg');
  await links.get('/b.jpg');
  expect(asked).toEqual(['/a.jpg', '/b.jpg']);
});

it('renews a link once for all that saw it refused', async () => {
  const refused = await links.get('/a.jpg');
  const renewed = await Promise.all([links.renew('/a.jpg', refused), links.renew('/a.jpg', refused)]);
  expect(renewed).toEqual([await links.get('/a.jpg'), await links.renew('/a.jpg', refused)]);
  expect(asked).toEqual(['/a.jpg', '/a.jpg, again']);
});

it('drops a link that did not work, but not a newer one', async () => {
  const first = await links.get('/a.jpg');
  links.drop('/a.jpg', first);
  const second = await links.get('/a.jpg');
  links.drop('/a.jpg', first);
  expect(await links.get('/a.jpg')).toBe(second);
  expect(asked).toHaveLength(2);
});

it('tells a failure to all who wait for it, and asks again later', async () => {
  answer = () => Promise.reject(new AppError('SOURCE_UNAVAILABLE', 'the gateway answered 500'));
  const two = await Promise.allSettled([links.get('/a.jpg'), links.get('/a.jpg')]);
  expect(two.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  answer = () => Promise.resolve(link());
  await links.get('/a.jpg');
  expect(asked).toHaveLength(2);
});

it('lets one leave while others wait on', async () => {
  let give: (link: Link) => void = () => undefined;
  answer = () => new Promise((resolve) => (give = resolve));
  const leaving = new AbortController();
  const left = links.get('/a.jpg', leaving.signal);
  const stayed = links.get('/a.jpg');
  leaving.abort(new Error('the client left'));
  await expect(left).rejects.toThrow('the client left');
  give(link());
  expect(await stayed).toMatchObject({ lifeMs: 60_000 });
});
