import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AppError } from '../../../../src/errors.js';
import type { PickerApi } from '../../../../src/google/picker-api.js';
import { createLog } from '../../../../src/log.js';
import { PickResuming } from '../../../../src/sources/picker/pick-resuming.js';
import { Picks, type Pick } from '../../../../src/sources/picker/picks.js';
import { makeTempFolder } from '../../../support/clients.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { eventually, until } from '../../../support/eventually.js';

const NOW_MS = Date.UTC(2026, 0, 15, 12);
const OPEN: Pick = {
  ...{ sessionId: 'a', folder: 'Summer', isPinned: true, items: [] },
  createdAtMs: NOW_MS - 8 * 86_400_000,
  endsAtMs: NOW_MS - 86_400_000,
  open: { pickerUri: 'https://photos.google.com/integration/picker/auth/x', pollUntilMs: NOW_MS - 86_400_000 },
};
const DONE: Pick = {
  ...{ sessionId: 'a', folder: 'Summer', isPinned: true, createdAtMs: OPEN.createdAtMs, endsAtMs: OPEN.endsAtMs },
  items: [{ id: '1', filename: '1.jpg', mimeType: 'image/jpeg', createdAtMs: 0 }],
};

const log = createLog({ level: 'silent' });
let folder = '';
let picks: Picks;
beforeEach(async () => {
  folder = await makeTempFolder();
  const key = { clientId: 'client', account: 'default' };
  picks = new Picks({ folder, label: 'google', key, log });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Follows an open pick past its end while Google cannot be asked; `meanwhile` is what another process does. */
async function followed(meanwhile?: () => Promise<void>): Promise<readonly Pick[]> {
  await picks.save(OPEN);
  let isGivenUp = false;
  const session = async (): Promise<never> => {
    await meanwhile?.();
    const update = picks.update.bind(picks);
    picks.update = async (...args) => update(...args).finally(() => (isGivenUp = true));
    throw new AppError('SOURCE_UNAVAILABLE', 'no network');
  };
  const closing = new AbortController();
  const api = { session } as unknown as PickerApi;
  new PickResuming({ api, picks, clock: new ManualClock(NOW_MS), log, signal: closing.signal }).look([OPEN]);
  await eventually(() => isGivenUp);
  closing.abort();
  return picks.all();
}

it('forgets an open pick after its end, though Google cannot be asked', async () => {
  expect(await followed()).toEqual([]);
});

it('goes on with a pick whose file could not be read for a while', async () => {
  const living = { ...OPEN, endsAtMs: NOW_MS + 86_400_000 };
  await picks.save(living);
  const all = picks.all.bind(picks);
  let failures = 2;
  picks.all = () => (failures-- > 0 ? Promise.reject(new AppError('SOURCE_UNAVAILABLE', 'no disk')) : all());
  const api = { session: () => Promise.reject(new AppError('NOT_FOUND', 'no session')) } as unknown as PickerApi;
  const clock = new ManualClock(NOW_MS);
  const closing = new AbortController();
  new PickResuming({ api, picks, clock, log, signal: closing.signal }).look([living]);
  await until(async () => {
    await clock.advance(60_000);
    return (await all()).length === 0;
  });
  closing.abort();
});

it('keeps what another process has brought to its end meanwhile', async () => {
  expect(await followed(() => picks.save(DONE))).toEqual([DONE]);
});
