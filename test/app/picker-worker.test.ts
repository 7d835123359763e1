import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createWorker, type Worker } from '../../src/edge/worker.js';
import { eventually } from '../support/eventually.js';
import { ask, type Reply } from '../support/http-client.js';
import { startPickerStage, type PickerStage } from '../support/picker-stage.js';

const TOKEN = 'a-token-of-the-gateway';
const PROXY_URL = 'https://worker.example/';
const MINUTE_MS = 60_000;

let stage: PickerStage;
let worker: Worker;
let origin: string;

beforeEach(async () => {
  stage = await startPickerStage({
    mount: { delivery: { policy: 'proxy-url', proxyUrl: PROXY_URL } },
    config: { delivery: { linkToken: TOKEN, linkLife: '30d' } },
  });
  worker = createWorker({
    gateway: new URL(stage.origin),
    linkToken: TOKEN,
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    googleEndpoint: new URL(stage.emulator.ready.api),
    proxy: {},
    idleTimeoutMs: 30_000,
    clock: stage.clock,
    log: stage.log,
  });
  origin = (await worker.listen())[0]!.origin;
});
afterEach(async () => {
  await worker.close();
  await stage.close();
});

/** Through the worker, as the gateway redirects a client that can follow. */
async function follow(href: string): Promise<Reply> {
  const { status, headers } = await ask(stage.origin, href, { headers: { 'User-Agent': 'rclone/v1.60.1' } });
  expect({ href, status }).toEqual({ href, status: 302 });
  return ask(origin, headers.location!.slice(PROXY_URL.length - 1));
}

it('is left out for what is pinned: that comes from the disk of the gateway', async () => {
  const { sessionId } = await stage.pick('Summer', { count: 2 });
  const [{ href } = { href: '' }] = await stage.list('/Summer');
  const rclone = { headers: { 'User-Agent': 'rclone/v1.60.1' } };
  expect((await ask(stage.origin, href, rclone)).status).toBe(302);
  await stage.account.picks.update(sessionId, (pick) => pick && { ...pick, isPinned: true });
  const isPinned = (): boolean => stage.recorder.lines.some(({ msg }) => msg === 'pins: all pinned items are on disk');
  await eventually(isPinned);
  stage.emulator.resetCounters();
  expect((await ask(stage.origin, href, rclone)).status).toBe(200);
  expect(stage.emulator.counters().opened ?? 0).toBe(0);
});

it('sends photos and videos of a pick, and no log tells the token or where the bytes are', async () => {
  await stage.pick('Summer', { count: 200 });
  const members = await stage.list('/Summer');
  const [photo, video] = ['image/', 'video/'].map(
    (type) => members.find(({ found }) => found.getcontenttype?.startsWith(type))!.href,
  );
  for (const href of [photo!, video!]) {
    const direct = Buffer.from(await (await stage.get(href)).arrayBuffer());
    const { status, bytes } = await follow(href);
    expect([status, bytes.equals(direct)]).toEqual([200, true]);
  }
  // Where videos are sent from, the header has no business.
  const { 'media.video': videos = 0, 'media.video.bearer': toldVideos = 0 } = stage.emulator.counters();
  expect([videos > 1, toldVideos]).toEqual([true, 0]);
  stage.clock.turn(61 * MINUTE_MS);
  expect((await follow(photo!)).status).toBe(200);
  const said = JSON.stringify(stage.recorder.lines);
  expect(said).not.toMatch(/Bearer|\/ppa\/|ya29/);
});

it('says 410 once the pick has ended', async () => {
  await stage.pick('Summer', { count: 2 });
  const [href = ''] = (await stage.list('/Summer')).map((member) => member.href);
  expect((await follow(href)).status).toBe(200);
  stage.clock.turn(8 * 24 * 60 * MINUTE_MS);
  expect((await follow(href)).status).toBe(410);
});
