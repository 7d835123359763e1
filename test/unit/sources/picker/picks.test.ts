import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../../../src/log.js';
import { Picks, type Pick } from '../../../../src/sources/picker/picks.js';
import { freshPaths } from '../../../support/fresh-paths.js';
import { until } from '../../../support/eventually.js';
import { Recorder } from '../../../support/log-lines.js';

const freshPath = freshPaths();
let folder = '';

beforeEach(() => {
  folder = freshPath();
});

const KEY = { clientId: '123-abc.apps.googleusercontent.com', account: 'default' };
const TAKEN = Date.UTC(2024, 6, 14, 9, 30, 0, 646);
const PICKED: Pick = {
  sessionId: '2ea3dc54-f352-4d9d-a667-1b497bdf4e52',
  folder: 'Summer',
  isPinned: false,
  createdAtMs: Date.UTC(2026, 10, 1),
  endsAtMs: Date.UTC(2026, 10, 8),
  items: [{ id: 'a', filename: 'IMG 1.jpg', mimeType: 'image/jpeg', createdAtMs: TAKEN }],
};
const OPEN: Pick = {
  ...PICKED,
  sessionId: 'open',
  createdAtMs: Date.UTC(2026, 10, 2),
  open: { pickerUri: 'https://photos.google.com/integration/picker/auth/x', pollUntilMs: Date.UTC(2026, 10, 2, 1) },
  items: [],
};

function picksOf(key = KEY, log = new Recorder()): Picks {
  return new Picks({ folder, label: 'google', key, log: createLog({ level: 'info', destination: log }) });
}

async function onlyFile(): Promise<string> {
  const [account = ''] = await readdir(folder);
  const [name = ''] = await readdir(join(folder, account));
  return join(folder, account, name);
}

describe('picks', () => {
  it('are none where nothing was picked', async () => {
    expect([await picksOf().all(), await picksOf().edition()]).toEqual([[], '']);
  });

  it('say in the log that another process is waited for', async () => {
    const log = new Recorder();
    await picksOf().save(PICKED);
    const lock = `${await onlyFile()}.lock`;
    await mkdir(lock);
    const saved = picksOf(KEY, log).save({ ...PICKED, folder: 'Winter' });
    await until(() => log.lines.length > 0);
    await rm(lock, { recursive: true });
    await saved;
    expect(log.lines).toEqual([
      expect.objectContaining({ msg: expect.stringMatching(/waiting for another photodav/) }),
    ]);
  });

  it('are not taken for none where their folder cannot be read', async () => {
    await writeFile(folder, 'a file in its place');
    const error = {
      code: 'SOURCE_UNAVAILABLE',
      message: 'google photos: the folder picks in the data folder cannot be used (ENOTDIR)',
    };
    await expect(picksOf().all()).rejects.toMatchObject(error);
    await expect(picksOf().edition()).rejects.toMatchObject(error);
  });

  it('say what to look after where they cannot be written', async () => {
    await writeFile(folder, 'a file in its place');
    await expect(picksOf().save(PICKED)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      advice: expect.stringContaining('the user whom photodav runs as'),
    });
  });

  it('come back whatever times Google told for them', async () => {
    const [item] = PICKED.items;
    const times = ['9999-12-31T23:59:59-23:59', '0001-01-01T00:00:00+23:59'].map((text) => Date.parse(text));
    const items = times.map((createdAtMs, at) => ({ ...item!, id: String(at), createdAtMs }));
    await picksOf().save({ ...PICKED, items, endsAtMs: 1e18 });
    expect(await picksOf().all()).toMatchObject([{ items: [{ id: '0' }, { id: '1' }] }]);
  });

  it('come back as they were saved, oldest first, to another process too', async () => {
    await picksOf().save(OPEN);
    await picksOf().save(PICKED);
    expect(await picksOf().all()).toEqual([PICKED, OPEN]);
  });

  it('are of one account and one OAuth client', async () => {
    await picksOf().save(PICKED);
    expect(await picksOf({ ...KEY, account: 'anna' }).all()).toEqual([]);
    expect(await picksOf({ ...KEY, clientId: 'other' }).all()).toEqual([]);
  });

  it('are for their owner alone', async () => {
    await picksOf().save(PICKED);
    expect((await stat(await onlyFile())).mode & 0o777).toBe(0o600);
  });

  it('tell by their edition what another process adds, changes and removes', async () => {
    const [reader, writer] = [picksOf(), picksOf()];
    const editions = [await reader.edition()];
    for (const change of [OPEN, { ...OPEN, isPinned: true }, undefined]) {
      await writer.update(OPEN.sessionId, () => change);
      editions.push(await reader.edition());
      expect(await reader.all()).toEqual(change ? [change] : []);
    }
    expect(new Set(editions.slice(0, 3)).size).toBe(3);
    expect(editions[3]).toBe('');
  });

  it('leave the file alone that an update does not change', async () => {
    const picks = picksOf();
    await picks.save(PICKED);
    const before = await picks.edition();
    await picks.update(PICKED.sessionId, (pick) => pick);
    expect(await picks.edition()).toBe(before);
  });

  it.each([
    ['cut', '{"version":1,"sessionId":"x"'],
    ['of another version', '{"version":2}'],
    ['empty', ''],
  ])('without a file that is %s, which the log names once', async (_how, text) => {
    const log = new Recorder();
    const picks = picksOf(KEY, log);
    await picks.save(PICKED);
    await writeFile(await onlyFile(), text);
    expect(await picks.all()).toEqual([]);
    expect(await picks.all()).toEqual([]);
    expect(log.lines.filter(({ msg }) => String(msg).includes('cannot be read'))).toHaveLength(1);
    expect(picks.damaged).toEqual([basename(await onlyFile())]);
    await rm(await onlyFile());
    await picks.all();
    expect(picks.damaged).toEqual([]);
  });

  it('are never written outside their folder, whatever Google calls a session', async () => {
    await mkdir(folder);
    await picksOf().save({ ...PICKED, sessionId: '../../../etc/passwd' });
    expect(await onlyFile()).toMatch(/[0-9a-f]{32}\.json$/);
  });
});
