import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { lookAtPick } from '../../src/sources/picker/picking.js';
import { until } from '../support/eventually.js';
import { startPickerStage, type PickerStage } from '../support/picker-stage.js';

let stage: PickerStage;
beforeEach(async () => {
  stage = await startPickerStage();
});
afterEach(async () => stage.close());

/** Said once everything is done that it tells of. */
const said = (message: string): Promise<void> => until(() => stage.recorder.lines.some(({ msg }) => msg === message));

it('lists what was picked before the program that asked for it was killed', async () => {
  await stage.app.close();
  const { sessionId } = await stage.begin('Summer');
  stage.emulator.pick(sessionId, { count: 120 });
  await stage.restart();
  await until(async () => (await stage.names('/')).includes('Summer'));
  await said('picks: a pick was gone on with');
  expect(await stage.names('/Summer')).toHaveLength(120);
});

it('forgets a pick that nobody has finished in time, here and at Google', async () => {
  await stage.app.close();
  const { sessionId } = await stage.begin('Summer');
  stage.clock.turn(31 * 60_000);
  await stage.restart();
  await said('picks: nobody has finished a pick in time; it is forgotten');
  expect(await stage.account.picks.all()).toEqual([]);
  await expect(stage.account.api.session(sessionId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('leaves a pick alone that somebody is about', async () => {
  await stage.app.close();
  await stage.begin('Summer');
  await stage.restart();
  await until(() => stage.emulator.counters()['picker.sessions.get'] === 1);
  expect(await stage.names('/')).toEqual(['README.txt']);
  expect(await stage.account.picks.all()).toHaveLength(1);
});

it('waits as long as Google says, which it says anew with each look', async () => {
  const begun = await stage.begin('Summer');
  const look = async (pick = begun): Promise<string> =>
    (await lookAtPick(pick, { ...stage.account, clock: stage.clock })).state;
  const pollUntil = async (): Promise<number> =>
    ((await stage.account.picks.all())[0]?.open?.pollUntilMs ?? 0) / 60_000;
  const before = await pollUntil();
  stage.emulator.levers.pickTimeoutMs = 2 * 3_600_000;
  expect(await look()).toBe('picking');
  expect((await pollUntil()) - before).toBeCloseTo(90, 0);
  stage.clock.turn(40 * 60_000);
  expect(await look()).toBe('picking');
  stage.emulator.levers.pickTimeoutMs = 30 * 60_000;
  expect(await look()).toBe('timed-out');
  expect(await stage.account.picks.all()).toEqual([]);
});

it('does not forget what another process has brought to its end meanwhile', async () => {
  const begun = await stage.begin('Summer');
  const { open, ...done } = begun;
  await stage.account.picks.save(done);
  stage.clock.turn(31 * 60_000);
  expect(open).toBeDefined();
  expect(await lookAtPick(begun, { ...stage.account, clock: stage.clock })).toEqual({ state: 'done', pick: done });
  expect(await stage.account.picks.all()).toEqual([done]);
});
