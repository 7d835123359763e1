import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startPickerStage, type PickerStage } from '../support/picker-stage.js';

const VIEWS = ['All', 'By day', 'By month', 'By year'];

let stage: PickerStage;
beforeEach(async () => {
  stage = await startPickerStage();
});
afterEach(async () => stage.close());

describe('what is picked while the server runs', () => {
  it('stands at the root, beside the views, without a restart', async () => {
    expect(await stage.names('/')).toEqual(['README.txt']);
    expect(await (await stage.get('/README.txt')).text()).toContain('photodav pick');
    await stage.pick('Summer', { count: 3 });
    expect((await stage.names('/')).toSorted()).toEqual([...VIEWS, 'Summer']);
    expect(await stage.names('/Summer')).toHaveLength(3);
    await stage.pick('Winter', { count: 2 });
    expect((await stage.names('/')).toSorted()).toEqual([...VIEWS, 'Summer', 'Winter']);
    expect(await stage.names('/All')).toHaveLength(3);
  });

  it('adds to its folder, and shows what was picked twice once', async () => {
    await stage.pick('Summer', { count: 3 });
    expect(await stage.names('/Summer')).toHaveLength(3);
    await stage.pick('Summer', { count: 150 });
    const names = await stage.names('/Summer');
    expect(new Set(names).size).toBe(150);
    expect(names).toHaveLength(150);
    expect((await stage.names('/All')).toSorted()).toEqual(names.toSorted());
  });

  it('may be three picks at once', async () => {
    await stage.names('/');
    await Promise.all(['Winter', 'Summer', 'Winter'].map((folder, i) => stage.pick(folder, { count: 10 * (i + 1) })));
    expect(await stage.names('/Summer')).toHaveLength(20);
    expect(await stage.names('/Winter')).toHaveLength(30);
  });

  it('leaves with its file, however much it was', async () => {
    const { sessionId } = await stage.pick('Summer', { count: 150 });
    expect(await stage.names('/All')).toHaveLength(150);
    await stage.account.picks.update(sessionId, () => undefined);
    expect(await stage.names('/')).toEqual(['README.txt']);
  });

  it('shows a video once Google has worked on it', async () => {
    const takenAt = new Date(stage.clock.now()).toISOString();
    for (let i = 0; i < 40; i++) stage.emulator.change({ add: { takenAt } });
    const { items } = await stage.pick('Summer', { count: 40 });
    const unready = items.filter(({ isProcessing }) => isProcessing).length;
    expect(unready).toBeGreaterThan(0);
    expect(await stage.names('/Summer')).toHaveLength(40 - unready);
    stage.clock.turn(61_000);
    await eventually(async () => (await stage.names('/Summer')).length === 40);
    expect(await stage.names('/Summer')).toHaveLength(40);
  });

  it('has a tag where its folder is called like a view, and nests by slashes', async () => {
    await stage.pick('all', { count: 1 });
    await stage.pick('Trips/Rome', { count: 1 });
    const names = await stage.names('/');
    expect(names.filter((name) => name.startsWith('all~'))).toHaveLength(1);
    expect(names).toContain('Trips');
    expect(await stage.names('/Trips')).toEqual(['Rome']);
  });

  it('is there after a restart, for no request', async () => {
    await stage.pick('Summer', { count: 3 });
    await stage.list('/Summer');
    await stage.app.close();
    stage.emulator.resetCounters();
    await stage.restart();
    expect(await stage.names('/Summer')).toHaveLength(3);
    expect(stage.emulator.counters()).not.toHaveProperty(['picker.mediaItems.list']);
  });
});

describe('the bytes of what was picked', () => {
  it('cost one listing of the session, however many are asked for', async () => {
    await stage.close();
    stage = await startPickerStage({ emulator: { items: 2_100 }, mount: { readSize: 'off' } });
    await stage.pick('Summer', { count: 2_000 });
    const members = await stage.list('/Summer');
    expect(members).toHaveLength(2_000);
    stage.emulator.resetCounters();
    const some = members.filter(({ href }) => href.endsWith('.jpg')).slice(0, 40);
    const answers = await Promise.all(some.map(async ({ href }) => (await stage.get(href)).arrayBuffer()));
    expect(answers.every(({ byteLength }) => byteLength > 0)).toBe(true);
    expect(stage.emulator.counters()['picker.mediaItems.list']).toBe(20);
  });

  it('come again after the base URLs, and after the access tokens were refused', async () => {
    await stage.pick('Summer', { count: 3 });
    const [path = ''] = (await stage.list('/Summer')).map(({ href }) => href);
    stage.emulator.expireBaseUrls();
    stage.clock.turn(2 * 60_000);
    expect((await stage.get(path)).status).toBe(200);
    stage.emulator.expireTokens();
    stage.clock.turn(2 * 60_000);
    expect((await stage.get(path)).status).toBe(200);
  });

  it('are gone with a session that Google deletes, and the items stay listed', async () => {
    const { sessionId } = await stage.pick('Summer', { count: 3 });
    const [path = ''] = (await stage.list('/Summer')).map(({ href }) => href);
    await stage.account.api.deleteSession(sessionId);
    stage.emulator.expireBaseUrls();
    stage.clock.turn(2 * 60_000);
    const ended = await stage.get(path);
    expect([ended.status, await ended.text()]).toEqual([410, expect.stringContaining('photodav pick') as unknown]);
    expect(await stage.list('/Summer')).toHaveLength(3);
    stage.emulator.resetCounters();
    expect((await stage.get(path)).status).toBe(410);
    expect(stage.emulator.counters()).not.toHaveProperty(['picker.mediaItems.list']);
  });

  it('come again when the account that has picked is signed in again, after an hour or a restart', async () => {
    const { sessionId, endsAtMs } = await stage.pick('Summer', { count: 3 });
    const [path = ''] = (await stage.list('/Summer')).map(({ href }) => href);
    const otherAccount = { count: 1_000, status: 404 };
    const forget = (): void => {
      stage.emulator.expireBaseUrls();
      stage.clock.turn(2 * 60_000);
      stage.emulator.fail({ route: 'picker.mediaItems.list', ...otherAccount });
      stage.emulator.fail({ route: 'picker.sessions.get', ...otherAccount });
    };
    forget();
    expect((await stage.get(path)).status).toBe(410);
    stage.emulator.clearFaults();
    expect((await stage.get(path)).status).toBe(410);
    stage.clock.turn(3_600_000);
    expect((await stage.get(path)).status).toBe(200);
    forget();
    expect((await stage.get(path)).status).toBe(410);
    stage.emulator.clearFaults();
    await stage.restart();
    expect((await stage.get(path)).status).toBe(200);
    const pick = (await stage.account.picks.all()).find((each) => each.sessionId === sessionId);
    expect(pick?.endsAtMs).toBe(endsAtMs);
  });

  it('come through another pick of the same items where Google has deleted one', async () => {
    await stage.pick('Summer', { count: 3 });
    const { sessionId } = await stage.pick('Winter', { count: 3 });
    const [path = ''] = (await stage.list('/Summer')).map(({ href }) => href);
    await stage.account.api.deleteSession(sessionId);
    stage.emulator.expireBaseUrls();
    stage.clock.turn(2 * 60_000);
    expect((await stage.get(path)).status).toBe(200);
  });

  it('are not given up for a page that Google does not find, as long as there is the session', async () => {
    const { sessionId } = await stage.pick('Summer', { count: 150 });
    const [path = ''] = (await stage.list('/Summer')).map(({ href }) => href);
    stage.emulator.expireBaseUrls();
    stage.clock.turn(2 * 60_000);
    stage.emulator.fail({ route: 'picker.mediaItems.list', count: 1, status: 404 });
    const failed = await stage.get(path);
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([502, '10']);
    expect((await stage.get(path)).status).toBe(200);
    const pick = (await stage.account.picks.all()).find((each) => each.sessionId === sessionId);
    expect(pick?.endsAtMs).toBeGreaterThan(stage.clock.now());
  });
});
