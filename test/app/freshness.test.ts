import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { inventLibrary } from '../../src/emulator/invented.js';
import type { Item } from '../../src/emulator/library.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog } from '../../src/log.js';
import { stands } from '../support/eventually.js';
import { ManualClock } from '../support/manual-clock.js';

const ITEMS = 50_000;
const ALBUMS = 200;
const IN_ALBUM = ITEMS / ALBUMS;
const TTL_MS = 5 * 60_000;
const STEPS = (24 * 60) / 5;
const MAX_REQUESTS = 1_500;
/** Half a minute for each half where nothing else runs. */
const LIMIT_MS = 300_000;
const NAMES = '<D:propfind xmlns:D="DAV:"><D:prop><D:displayname/></D:prop></D:propfind>';

const invented = inventLibrary(ITEMS);
const clock = new ManualClock(Date.UTC(2026, 0, 2, 12));
let folder: string;
let emulator: Emulator;
let app: App;
let base: string;

const idOf = (album: number): string => invented.albums.at(album).id;
/** A member of the album, as it was invented. */
const memberOf = (album: number, place: number): Item => invented.albums.at(album).at(place);
const pathOf = (album: number): string => `Albums/Album%20${String(album + 1).padStart(3, '0')}/`;

/** The names in a folder; the first response is the folder itself. */
async function list(path: string): Promise<ReadonlySet<string>> {
  const answer = await fetch(base + path, { method: 'PROPFIND', headers: { Depth: '1' }, body: NAMES });
  expect({ path, status: answer.status }).toEqual({ path, status: 207 });
  const hrefs = (await answer.text()).match(/<D:href>[^<]*/g) ?? [];
  return new Set(hrefs.slice(1).map((href) => href.split('/').filter(Boolean).at(-1) ?? ''));
}

/** What Google counts against the project's day. */
function requests(): number {
  return Object.entries(emulator.counters())
    .filter(([route]) => /^(albums|mediaItems)\./.test(route))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** A change of an album that its count or cover tells, and what its folder shows after it. */
interface Change {
  readonly make: (album: number) => void;
  readonly count: number;
  /** The place of an invented member that is not shown any more. */
  readonly gone?: number;
}

const CHANGES: readonly Change[] = [
  { make: (album) => void add(album), count: IN_ALBUM + 1 },
  { make: (album) => void emulator.change({ take: memberOf(album, 7).id, outOf: idOf(album) }), count: IN_ALBUM - 1, gone: 7 }, // prettier-ignore
  { make: (album) => void emulator.change({ remove: memberOf(album, 9).id }), count: IN_ALBUM - 1, gone: 9 },
  // The first member is the cover.
  { make: changeCover, count: IN_ALBUM, gone: 0 },
];

function add(album: number): string {
  return emulator.change({ add: { takenAt: '2025-06-01T12:00:00Z', albumIds: [idOf(album)] } }).id;
}

function changeCover(album: number): void {
  emulator.change({ take: memberOf(album, 0).id, outOf: idOf(album) });
  add(album);
}

describe('a day of a client that lists a folder every five minutes', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photodav-freshness-'));
    emulator = await startEmulator({ items: ITEMS, clock });
    const env = {
      PHOTODAV_CLIENT_ID: emulator.ready.clientId,
      PHOTODAV_CLIENT_SECRET: emulator.ready.clientSecret,
      PHOTODAV_REFRESH_TOKEN: emulator.ready.refreshToken,
      PHOTODAV_GOOGLE_ENDPOINT: emulator.ready.api,
      PHOTODAV_PORT: '0',
      PHOTODAV_DATA_DIR: folder,
      PHOTODAV_CATALOG_STORE: 'memory',
      PHOTODAV_CATALOG_TTL: '5m',
      PHOTODAV_CATALOG_FULL_REFRESH: '1d',
      PHOTODAV_READ_SIZE: 'off',
    };
    const { values } = await loadConfig({}, { env, platform: 'linux', home: folder, workingFolder: folder });
    app = await createApp(values, { clock, log: createLog({ level: 'silent' }) });
    base = (await app.listen())[0]!.href;
    expect(await list('Albums/')).toHaveProperty('size', ALBUMS);
    for (let album = 0; album < ALBUMS; album++) await list(pathOf(album));
    await list('All/');
    // The last pages of the first listing come behind its answer.
    await stands(requests);
  }, LIMIT_MS);

  afterAll(async () => {
    await app.close();
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'costs less than a sixth of what Google grants, and shows every change as soon as it is promised',
    async () => {
      emulator.resetCounters();
      const [swapped, other] = [memberOf(150, 20), memberOf(151, 20)];
      emulator.change({ swap: swapped.id, with: other.id, in: idOf(150) });
      emulator.change({ add: { takenAt: '1999-05-01T12:00:00Z' } });
      let album = 0;
      let changes = 0;
      for (let step = 0; step < STEPS; step++) {
        if (step % 48 === 0) await list('All/');
        else if (step % 24 === 12) await list('Albums/');
        else if (album % 10 === 5 && album < ALBUMS && step + 1 < STEPS) {
          const { make, count, gone } = CHANGES[changes++ % CHANGES.length]!;
          make(album);
          await list(pathOf(album));
          await clock.advance(TTL_MS);
          step++;
          const names = await list(pathOf(album));
          expect({ album, count: names.size }).toEqual({ album, count });
          if (gone !== undefined) expect(names.has(memberOf(album, gone).filename)).toBe(false);
          album++;
        } else await list(pathOf(album++ % ALBUMS));
        await clock.advance(TTL_MS);
      }
      expect(changes).toBe(20);
      expect(requests()).toBeLessThan(MAX_REQUESTS);
      const names = await list(pathOf(150));
      expect([names.has(swapped.filename), names.has(other.filename)]).toEqual([false, true]);
      expect(await list('All/')).toHaveProperty('size', emulator.listed().length);
    },
    LIMIT_MS,
  );
});
