import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startPickerStage, type PickerStage } from '../support/picker-stage.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let stage: PickerStage;
beforeEach(async () => {
  stage = await startPickerStage({ mount: { readSize: 'off' } });
});
afterEach(async () => stage.close());

it('gives the bytes of a pick after 61 minutes, and 410 with what to do after 8 days', async () => {
  await stage.pick('Summer', { count: 5 });
  const [path = ''] = (await stage.list('/Summer')).map(({ href }) => href);
  const bytes = await bytesOf(path);
  expect(bytes.length).toBeGreaterThan(1_000);

  stage.clock.turn(61 * MINUTE_MS);
  expect((await bytesOf(path)).equals(bytes)).toBe(true);

  stage.clock.turn(8 * DAY_MS);
  const ended = await stage.get(path);
  expect(ended.status).toBe(410);
  expect(await ended.text()).toContain('photodav pick --folder "Summer"');
  const members = await stage.list('/Summer');
  expect(members).toHaveLength(5);
  expect(members.find(({ href }) => href === path)?.found.getcontentlength).toBe(String(bytes.length));
});

describe('what has ended though its size was never learned is listed for a client that needs every size', () => {
  it.each<[string, readonly ('turn' | 'restart')[], object]>([
    ['at once', ['turn'], {}],
    ['by a server that was restarted since', ['turn', 'restart'], {}],
    ['by a server that was restarted before', ['restart', 'turn'], {}],
    ["while the day's quota is spent", ['turn'], { quota: { bytesPerDay: 1 } }],
  ])('%s', async (_when, steps, config) => {
    await stage.close();
    stage = await startPickerStage({ config });
    await stage.pick('Summer', { count: 5 });
    for (const step of steps) {
      if (step === 'turn') stage.clock.turn(8 * DAY_MS);
      else await stage.restart();
    }
    const headers = { Depth: '1', 'User-Agent': 'rclone/v1.60.1' };
    const answer = await fetch(`${stage.origin}/Summer`, { method: 'PROPFIND', headers });
    expect(answer.status).toBe(207);
    expect((await answer.text()).match(/<D:response>/g)).toHaveLength(6);
  });
});

it('opens what was picked again, by the same path', async () => {
  await stage.pick('Summer', { count: 5 });
  const [path = ''] = (await stage.list('/Summer')).map(({ href }) => href);
  const bytes = await bytesOf(path);
  stage.clock.turn(8 * DAY_MS);
  expect((await stage.get(path)).status).toBe(410);
  await stage.pick('Summer', { count: 5 });
  expect((await bytesOf(path)).equals(bytes)).toBe(true);
  expect(await stage.list('/Summer')).toHaveLength(5);
});

async function bytesOf(path: string): Promise<Buffer> {
  const answer = await stage.get(path);
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
  return Buffer.from(await answer.arrayBuffer());
}
