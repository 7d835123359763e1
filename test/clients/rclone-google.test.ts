import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { describeClient, inTempFolder, makeTempFolder } from '../support/clients.js';
import { FAST_START, INDEX_LAST, makeLibrary, VIDEO_ALBUM, type LibraryFacts } from '../support/library.js';
import { walk } from '../support/multistatus.js';
import { startProgram, type Program } from '../support/program.js';
import { addClashingAlbums, RcloneGoogle } from '../support/rclone-google.js';
import { digests } from '../support/tree-on-disk.js';

const NEEDS = { commands: ['rclone', 'curl'], packages: ['rclone', 'curl'] };
/** What no disk can hold under its name: rclone says so, and goes on. */
const UNWRITABLE = ['.', '..', `${'é'.repeat(150)}.jpg`];

let folder: string;
let facts: LibraryFacts;
let furtherAlbums: number;
let emulator: Emulator;
let google: RcloneGoogle;

const sorted = (values: Iterable<string>): string[] => [...values].sort();
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describeClient("rclone's own backend for Google Photos", NEEDS, () => {
  beforeAll(async () => {
    folder = await makeTempFolder();
    facts = await makeLibrary(folder, { videos: 'short' });
    furtherAlbums = await addClashingAlbums(folder);
    emulator = await startEmulator({ library: folder, tls: true });
    google = await RcloneGoogle.configure(emulator);
  }, 60_000);
  afterAll(async () => {
    await google.remove();
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('lists every item under media/all', async () => {
    const files = await google.files('media/all');
    expect(sorted(files.map(({ ID }) => ID))).toEqual(sorted(emulator.listed().map(({ id }) => id)));
    expect(new Set(files.map(({ Path }) => Path)).size).toBe(files.length);
  });

  it('lists the albums with their items', async () => {
    const files = await google.files('album');
    const members = facts.albums.reduce((sum, { files: own }) => sum + own.length, furtherAlbums);
    expect(files).toHaveLength(members);
    expect(files.filter(({ Path }) => Path.startsWith('Trips/2019/Iceland/'))).toHaveLength(3);
    expect(files.filter(({ Path }) => Path.startsWith('Deep/Same {'))).toHaveLength(2);
    expect(files.filter(({ Path }) => /^\{[\w-]+\}\//.test(Path))).toHaveLength(3);
  });

  it('finds by month what has a date, and the favorites', async () => {
    const months = await google.files('media/by-month');
    // From 2000 on; the drawing tells no date, and three prints and the echo are older.
    expect(months).toHaveLength(facts.files.length + furtherAlbums - 1 - 4);
    const iceland = months.filter(({ Path }) => Path.startsWith('2019/2019-08/DSC_'));
    expect(sorted(iceland.map(({ Path }) => Path.slice(13)))).toEqual(['DSC_1.JPG', 'DSC_2.JPG', 'DSC_3.JPG']);
    expect(sorted((await google.files('feature/favorites')).map(({ Path }) => Path))).toEqual(sorted(facts.favorites));
  }, 120_000);

  it(
    'copies the library byte for byte, videos too',
    () =>
      inTempFolder(async (target) => {
        const excluded = ['/.', '/..', '/éé*'].flatMap((pattern) => ['--exclude', pattern]);
        await google.run('copy', 'google:media/all', target, ...excluded);
        const copied = await digests(target);
        const expected = (await digests(folder)).entries();
        const left = new Set(
          facts.files.filter(({ filename }) => UNWRITABLE.includes(filename)).map(({ path }) => path),
        );
        const own = [...expected]
          .filter(([path]) => path !== 'library.json' && !left.has(path))
          .map(([, digest]) => digest);
        expect(sorted(copied.values())).toEqual(sorted(own));
        for (const name of [FAST_START, INDEX_LAST]) {
          const video = facts.files.find(({ filename }) => filename === name)!;
          expect(copied.get(name)).toBe(video.sha256);
        }
        expect(emulator.counters()['media.video.bytes']).toBe(2);
      }),
    120_000,
  );

  it('reads what it cannot write', async () => {
    const long = facts.files.find(({ filename }) => filename === UNWRITABLE[2])!;
    const { stdoutBytes } = await google.run('cat', `google:media/all/${long.filename}`);
    expect(sha256(stdoutBytes)).toBe(long.sha256);
  });

  it('reads sizes when told to, photos and videos', async () => {
    const files = await google.files(`album/${VIDEO_ALBUM}`, '--gphotos-read-size');
    const bytes = facts.albums
      .find(({ title }) => title === VIDEO_ALBUM)!
      .files.map(({ filename, bytes: size }) => [filename, size]);
    expect(files.map(({ Path, Size }) => [Path, Size]).sort()).toEqual(bytes.sort());
    const photos = await google.files('feature/favorites', '--gphotos-read-size');
    const sizeOf = (name: string): number => facts.files.find(({ filename }) => filename === name)!.bytes;
    for (const { Path, Size } of photos) expect([Path, Size]).toEqual([Path, sizeOf(Path)]);
  });

  it('reads a part of a photo', async () => {
    const { stdoutBytes } = await google.run('cat', '--offset', '100', '--count', '50', 'google:media/all/loose 1.jpg');
    const photo = facts.files.find(({ filename }) => filename === 'loose 1.jpg')!;
    expect(photo.bytes).toBeGreaterThan(150);
    expect(stdoutBytes).toHaveLength(50);
  });

  it('learns who the user is', async () => {
    expect((await google.run('config', 'userinfo', 'google:')).stdout).toContain('Emu Lator');
  });

  describe('beside our layout of that name', () => {
    let program: Program;
    let ours: readonly string[];
    beforeAll(async () => {
      program = await startProgram({ account: emulator.ready, flags: ['--layout', 'rclone', '--read-size', 'off'] });
      const { origin } = new URL(program.url);
      const members = (await walk(origin, '/')).filter(({ isCollection }) => !isCollection);
      ours = members.map(({ href }) => decodeURIComponent(href).slice(1));
    }, 60_000);
    afterAll(() => program.stop());

    it.each(['album', 'media/all', 'media/by-year', 'media/by-month', 'media/by-day/2019', 'feature/favorites'])(
      'has the same paths in %s, but for those that WebDAV cannot carry',
      async (view) => {
        const theirs = (await google.files(view)).map(({ Path }) => published(Path));
        const below = ours.filter((path) => path.startsWith(`${view}/`)).map((path) => path.slice(view.length + 1));
        expect(below.length).toBeGreaterThan(0);
        // The drawing tells no date: Google does not find it by one, and photodav shows it under that of its upload.
        const isCompared = (path: string): boolean => view === 'media/all' || !path.endsWith('/drawing.png');
        // rclone leaves it to the disk to refuse a name that is too long.
        const cut = (path: string): string => path.replace(/é{100,}(?:\.jpg)?$/, 'é…');
        expect(sorted(below.filter(isCompared).map(cut))).toEqual(sorted(theirs.filter(isCompared).map(cut)));
      },
      120_000,
    );
  });
});

/** rclone's path as photodav publishes it: the differences that the README tells. */
function published(path: string): string {
  return path
    .normalize('NFC')
    .replaceAll('\\', '＼')
    .replaceAll('\n', '␊')
    .replace(/(?<=^|\/)\.{1,2}$/, (dots) => dots.replaceAll('.', '．'));
}
