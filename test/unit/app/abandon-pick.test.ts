import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { PickDesk } from '../../../src/app/picks/desk.js';
import { abandonPick } from '../../../src/app/picks/make-pick.js';
import { createLog } from '../../../src/log.js';
import { Picks, type Pick } from '../../../src/sources/picker/picks.js';
import { makeTempFolder } from '../../support/clients.js';
import { ManualClock } from '../../support/manual-clock.js';

const NOW_MS = Date.UTC(2026, 0, 15, 12);
const DONE: Pick = {
  ...{ sessionId: 'a', folder: 'Summer', isPinned: false, createdAtMs: NOW_MS, endsAtMs: NOW_MS + 86_400_000 },
  items: [{ id: '1', filename: '1.jpg', mimeType: 'image/jpeg', createdAtMs: 0 }],
};
const OPEN: Pick = {
  ...{ ...DONE, items: [] },
  open: { pickerUri: 'https://photos.google.com/integration/picker/auth/x', pollUntilMs: NOW_MS + 60_000 },
};

let folder = '';
let picks: Picks;
let deleted: string[];
beforeEach(async () => {
  folder = await makeTempFolder();
  deleted = [];
  const key = { clientId: 'client', account: 'default' };
  picks = new Picks({ folder, label: 'google', key, log: createLog({ level: 'silent' }) });
  await picks.save(OPEN);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Gives up a pick that nobody has finished when Google is asked; `meanwhile` is what another process does then. */
async function abandoned(meanwhile?: () => Promise<void>): Promise<Pick | undefined> {
  const api = {
    async session() {
      await meanwhile?.();
      return {
        id: 'a',
        isDone: false,
        pickerUri: '',
        endsAtMs: OPEN.endsAtMs,
        polling: { intervalMs: 1, forMs: 60_000 },
      };
    },
    deleteSession(id: string) {
      deleted.push(id);
      return Promise.resolve();
    },
  };
  return abandonPick({ api, picks, clock: new ManualClock(NOW_MS) } as unknown as PickDesk, OPEN);
}

it('leaves nothing of a pick whose person gives up, at Google neither', async () => {
  expect(await abandoned()).toBeUndefined();
  expect([await picks.all(), deleted]).toEqual([[], ['a']]);
});

it('keeps what a server has brought to its end in the last instant, and its session', async () => {
  expect(await abandoned(() => picks.save(DONE))).toEqual(DONE);
  expect([await picks.all(), deleted]).toEqual([[DONE], []]);
});
