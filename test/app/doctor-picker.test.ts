import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { PICKER_SCOPE } from '../../src/google/scopes.js';
import { SignIns } from '../../src/google/auth/sign-ins.js';
import { createLog } from '../../src/log.js';
import { Picks, type Pick } from '../../src/sources/picker/picks.js';
import { Consultation } from '../support/examined.js';
import { expectNamed, type SeededFault } from '../support/seeded-fault.js';

const HOUR_MS = 3_600_000;
const log = createLog({ level: 'silent' });

let emulator: Emulator;
let consultation: Consultation;

beforeEach(async () => {
  emulator = await startEmulator({ items: 5 });
  consultation = await Consultation.open();
  const { clientId, clientSecret, refreshToken } = emulator.ready;
  const signIns = new SignIns({ folder: join(consultation.dataDir, 'tokens'), label: label(), log });
  const grantedAtMs = Date.now();
  await signIns.save({ clientId, clientSecret, refreshToken, account: 'default', scopes: [PICKER_SCOPE], grantedAtMs });
});
afterEach(async () => {
  await emulator.close();
  await consultation.close();
});

const label = (): string => new URL(emulator.ready.api).host;
const file = (): object => ({ google: { endpoint: emulator.ready.api }, mounts: [{ source: 'picker' }] });

function picks(): Picks {
  const key = { clientId: emulator.ready.clientId, account: 'default' };
  return new Picks({ folder: join(consultation.dataDir, 'picks'), label: label(), key, log });
}

/** A pick of one item, in a session that Google may not have. */
async function keep(over: Partial<Pick>): Promise<void> {
  const item = { id: 'a', filename: 'a.jpg', mimeType: 'image/jpeg', createdAtMs: Date.UTC(2024, 0, 1) };
  const endsAtMs = Date.now() + 100 * HOUR_MS;
  const pick = { sessionId: 's', folder: 'Summer', isPinned: false, createdAtMs: Date.now(), endsAtMs, items: [item] };
  await picks().save({ ...pick, ...over });
}

/** What was really picked in a session of the emulator's. */
async function pickAll(over: Partial<Pick> = {}): Promise<void> {
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...grant });
  const { access_token: token } = await json<{ access_token: string }>(`${api}/token`, { method: 'POST', body });
  const headers = { authorization: `Bearer ${token}` };
  const { id } = await json<{ id: string }>(`${api}/v1/sessions`, { method: 'POST', headers });
  emulator.pick(id, { count: 2 });
  const listed = await json<{ mediaItems: ListedItem[] }>(`${api}/v1/mediaItems?sessionId=${id}`, { headers });
  const items = listed.mediaItems.map(({ id: itemId, mediaFile: { filename, mimeType } }) => {
    return { id: itemId, filename, mimeType, createdAtMs: Date.UTC(2024, 0, 1) };
  });
  await keep({ sessionId: id, items, ...over });
}

interface ListedItem {
  readonly id: string;
  readonly mediaFile: { readonly filename: string; readonly mimeType: string };
}

async function json<T>(url: string, init: RequestInit): Promise<T> {
  return (await (await fetch(url, init)).json()) as T;
}

const FAULTS: Readonly<Record<string, SeededFault>> = {
  'that nothing was picked': {
    file,
    check: 'items',
    status: 'warning',
    message: /nothing has been picked yet/,
    advice: /photodav pick/,
    exitCode: 0,
  },
  'a pick that Google has ended': {
    prepare: () => keep({ endsAtMs: Date.now() - HOUR_MS }),
    file,
    check: 'picks',
    status: 'warning',
    message: /the items of "Summer" cannot be opened any more/,
    advice: /photodav pick --folder NAME/,
    exitCode: 3,
  },
  'a pick that ends soon': {
    prepare: () => keep({ endsAtMs: Date.now() + HOUR_MS }),
    file,
    check: 'picks',
    status: 'warning',
    message: /ends the picks of "Summer" within a day/,
    advice: /--pin/,
    exitCode: 3,
  },
  'pinned items that are not on disk yet': {
    prepare: () => pickAll({ isPinned: true }),
    file,
    check: 'picks',
    status: 'warning',
    message: /2 pinned items are not on disk yet/,
    advice: /photodav serve.*photodav picks list/,
    exitCode: 0,
  },
  'the file of a pick that is damaged': {
    prepare: async () => {
      await keep({});
      const folder = join(consultation.dataDir, 'picks');
      const [name] = (await readdir(folder, { recursive: true })).filter((each) => each.endsWith('.json'));
      await writeFile(join(folder, name!), '{"version":1');
    },
    file,
    check: 'picks',
    status: 'warning',
    message: /cannot be read: [0-9a-f]{32}\.json/,
    advice: /pick again, then remove/,
    exitCode: 0,
  },
  'a Picker API that is not enabled': {
    prepare: () => emulator.fail({ route: 'picker', count: 9, apiDisabled: true }),
    file,
    check: 'api',
    status: 'failure',
    message: /the Google Photos Picker API is not enabled/,
    advice: /enable the Google Photos Picker API/,
    exitCode: 4,
  },
};

describe('photodav doctor, for a picker', () => {
  it.each(Object.entries(FAULTS))('names %s', async (_name, seeded) => {
    await expectNamed(seeded, consultation);
  });

  it('says ok to all, and makes no session', async () => {
    await pickAll();
    const examined = await consultation.examine(file());
    const troubles = examined.results.filter(({ status }) => status !== 'ok');
    expect([troubles, examined.exitCode]).toEqual([[], 0]);
    expect(emulator.pickingSessions()).toHaveLength(1);
  });
});
