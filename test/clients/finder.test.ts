import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, type OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { describeClient, mustRun } from '../support/clients.js';
import { readAsFinder, textPieces, type FinderEntry, type FinderListing } from '../support/finder-reader.js';
import { ask, propBody, type Reply } from '../support/http-client.js';
import { FAST_START, PLAIN_ALBUM, VIDEO_ALBUM } from '../support/library.js';
import { readMultistatus } from '../support/multistatus.js';
import { settled } from '../support/settled.js';
import { startStage, type Stage } from '../support/stage.js';

// webdavfs, which Finder mounts with, runs on macOS only: what its source sends is sent here, and read as it reads.

const WEBDAVFS = { 'User-Agent': 'WebDAVFS/3.0.0 (03008000) Darwin/23.1.0 (arm64)', Accept: '*/*' };
const ALBUM = `/Albums/${encodeURIComponent(PLAIN_ALBUM)}/`;
const VIDEO = `/Albums/${VIDEO_ALBUM}/${FAST_START}`;
const STAT = propBody('<D:getlastmodified/>', '<D:getcontentlength/>', '<D:creationdate/>', '<D:resourcetype/>');
const STATFS = propBody('<D:quota-available-bytes/>', '<D:quota-used-bytes/>', '<D:quota/>', '<D:quotaused/>');

let stage: Stage;
let agent: Agent;

function finder(method: string, path: string, headers: OutgoingHttpHeaders = {}, body?: string): Promise<Reply> {
  const type = body === undefined ? {} : { 'Content-Type': 'text/xml' };
  const sent = { ...WEBDAVFS, ...type, ...headers };
  return ask(stage.program.url, path, { method, headers: sent, agent, ...(body === undefined ? {} : { body }) });
}

const stat = (path: string): Promise<Reply> => finder('PROPFIND', path, { Depth: '0' }, STAT);

async function list(path: string): Promise<FinderListing> {
  const { status, text } = await finder('PROPFIND', path, { Depth: '1' }, STAT);
  expect(status).toBe(207);
  return readAsFinder(text, path);
}

const get = (path: string, headers: OutgoingHttpHeaders = {}): Promise<Reply> => finder('GET', path, headers);
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** As webdavfs writes a path: all of ASCII that a URL may hold stays. */
const spelled = (path: string, form: 'NFC' | 'NFD'): string =>
  encodeURI(decodeURIComponent(path).normalize(form)).replace(/[:;?#]/g, encodeURIComponent);

describe('macOS Finder, as its source has it', () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'short' });
    agent = new Agent({ keepAlive: true, maxSockets: 5 });
  }, 60_000);
  afterAll(async () => {
    agent.destroy();
    await stage.close();
  });

  it('mounts, and read-only, for the server offers no locks', async () => {
    const { status, headers } = await finder('OPTIONS', '/', { 'User-Agent': 'WebDAVLib/1.3' });
    const classes = String(headers.dav).split(',').map(Number);
    expect({ status, isReadOnly: classes.includes(1) && !classes.includes(2) }).toEqual({
      status: 200,
      isReadOnly: true,
    });
    const root = await stat('/');
    expect(root.status).toBe(207);
    expect(readMultistatus(root.text).map(({ isCollection }) => isCollection)).toEqual([true]);
    expect(root.headers['set-cookie']).toBeUndefined();
  });

  it('is told of no quota rather than of a wrong one', async () => {
    const { status, text } = await finder('PROPFIND', '/', { Depth: '0' }, STATFS);
    expect(status).toBe(207);
    expect(readMultistatus(text)).toMatchObject([
      { found: {}, missing: ['quota-available-bytes', 'quota-used-bytes', 'quota', 'quotaused'] },
    ]);
  });

  it('is given what it asks for and nothing else', async () => {
    const { text } = await finder('PROPFIND', ALBUM, { Depth: '1' }, STAT);
    for (const { found } of readMultistatus(text).slice(1)) {
      expect(Object.keys(found).sort()).toEqual([
        'creationdate',
        'getcontentlength',
        'getlastmodified',
        'resourcetype',
      ]);
    }
  });

  it('reads names, sizes and dates right', async () => {
    const { members, selves } = await list(ALBUM);
    const { files } = stage.facts.albums.find(({ title }) => title === PLAIN_ALBUM)!;
    const expected = files.map(({ filename, bytes, takenAt }): FinderEntry => {
      const [modifiedAtMs, createdAtMs] = [takenAt.getTime(), takenAt.getTime()];
      return { name: filename, isCollection: false, size: bytes, modifiedAtMs, createdAtMs };
    });
    expect(selves).toBe(1);
    expect([...members].sort(byName)).toEqual(expected.sort(byName));
  });

  it.each(['/', '/Albums/', '/Albums/Trips/', '/All/', '/By%20year/', '/By%20day/', '/Favorites/'])(
    'takes every entry of %s for what it is',
    async (path) => {
      const { text } = await finder('PROPFIND', path, { Depth: '1' }, STAT);
      expect(text.match(/<\w*:?href[ >]/g)).toHaveLength(readMultistatus(text).length);
      expect(text).not.toMatch(/<D:href>[^<]*&/);
      const { members, selves } = readAsFinder(text, path);
      expect(selves).toBe(1);
      const published = readMultistatus(text).slice(1);
      expect(members.map(({ name, isCollection }) => [name, isCollection])).toEqual(
        published.map(({ href, isCollection }) => [decodeURIComponent(href.split('/').at(isCollection ? -2 : -1)!), isCollection]), // prettier-ignore
      );
      for (const { isCollection, size, modifiedAtMs } of members) {
        expect(size > 0).toBe(!isCollection);
        expect(modifiedAtMs > 0 || isCollection).toBe(true);
      }
    },
  );

  it.each(['NFC', 'NFD'] as const)('opens every file whose name hurts, spelled in %s', async (form) => {
    const { members } = await list('/Albums/');
    const { name } = members.find((member) => member.name.startsWith('Café'))!;
    const folder = spelled(`/Albums/${encodeURIComponent(name)}/`, form);
    const { members: files, selves } = await list(folder);
    expect(selves).toBe(1);
    const found: string[] = [];
    for (const file of files) {
      const { status, bytes } = await get(folder + spelled(encodeURIComponent(file.name), form));
      expect([file.name, status, bytes.length]).toEqual([file.name, 200, file.size]);
      found.push(digest(bytes));
    }
    const facts = stage.facts.albums.find(({ title }) => title.startsWith('Café'))!;
    expect(found.sort()).toEqual(facts.files.map(({ sha256 }) => sha256).sort());
  });

  it.each([
    '._.',
    '._IMG_0001.jpg',
    '.DS_Store',
    '.hidden',
    '.Spotlight-V100',
    '.Trashes',
    '.ql_disablethumbnails',
    'mach_kernel',
    'Backups.backupdb',
    'Contents',
  ])('is told that there is no %s, and Google is not asked', async (name) => {
    await list(ALBUM);
    const before = await settled(stage.emulator);
    for (const folder of [ALBUM, '/Albums/', '/']) expect((await stat(folder + name)).status).toBe(404);
    expect(await settled(stage.emulator)).toEqual(before);
  });

  it('finds the mark that keeps Spotlight away at the root, and nowhere else', async () => {
    const before = await settled(stage.emulator);
    expect((await stat('/.metadata_never_index')).status).toBe(207);
    expect((await stat(`${ALBUM}.metadata_never_index`)).status).toBe(404);
    expect(await settled(stage.emulator)).toEqual(before);
  });

  it('reads a file whole when it is opened, and asks only for a newer one when it is opened again', async () => {
    const { sha256, bytes: length } = stage.facts.files.find(({ filename }) => filename === 'IMG_0012.jpg')!;
    const opened = await get(`${ALBUM}IMG_0012.jpg`);
    expect({ status: opened.status, length: opened.headers['content-length'] }).toEqual({
      status: 200,
      length: `${length}`,
    });
    expect(digest(opened.bytes)).toBe(sha256);

    const before = await settled(stage.emulator);
    const since = { 'If-Modified-Since': opened.headers['last-modified'] };
    const again = await get(`${ALBUM}IMG_0012.jpg`, since);
    expect({ status: again.status, length: again.bytes.length }).toEqual({ status: 304, length: 0 });
    expect(await settled(stage.emulator)).toEqual(before);
  });

  it('goes on with a broken download by the date, and reads ahead by a closed range', async () => {
    const { path } = stage.facts.files.find(({ filename }) => filename === FAST_START)!;
    const content = await readFile(join(stage.facts.folder, path));
    const date = (await get(VIDEO, { Range: 'bytes=0-0' })).headers['last-modified']!;
    const rest = await get(VIDEO, { Range: 'bytes=30000-', 'If-Range': date });
    expect(rest.status).toBe(206);
    expect(rest.bytes.equals(content.subarray(30_000))).toBe(true);
    const ahead = await get(VIDEO, { Range: 'bytes=65536-98303' });
    expect(ahead.status).toBe(206);
    expect(ahead.bytes.equals(content.subarray(65_536, 98_304))).toBe(true);

    const other = new Date(Date.parse(date) + 60_000).toUTCString();
    const changed = await get(VIDEO, { Range: 'bytes=30000-', 'If-Range': other });
    expect({ status: changed.status, length: changed.bytes.length }).toEqual({ status: 200, length: content.length });
  });
});

const byName = (one: FinderEntry, other: FinderEntry): number => (one.name < other.name ? -1 : 1);

describe('reading as Finder does', () => {
  const listing = (href: string, length: string, etc = ''): string =>
    `<multistatus><response><href>/</href></response><response><href>${href}</href>${etc}` +
    `<propstat><prop><getcontentlength>${length}</getcontentlength></prop></propstat></response></multistatus>`;

  it.each([
    ['a plain one', listing('/a.jpg', '5'), ['a.jpg'], [5]],
    ['an entity in a path', listing('/a&amp;b.jpg', '5'), ['a'], [5]],
    ['a path outside ASCII', listing('/caf\u00e9.jpg', '5'), ['caf'], [5]],
    ['an href that is no member', listing('/a.jpg', '5', '<lockroot><href>/b.jpg</href></lockroot>'), ['a.jpg', 'b.jpg'], [0, 5]], // prettier-ignore
  ])('sees the faults of %s', (_, xml, names, sizes) => {
    const { members } = readAsFinder(xml, '/');
    expect(members.map(({ name }) => name)).toEqual(names);
    expect(members.map(({ size }) => size)).toEqual(sizes);
  });

  describeClient('libxml2', { commands: ['xmllint'], packages: ['libxml2-utils'] }, () => {
    it.each([
      ['without anything special', 'plain'],
      ['with an entity', 'Tom &amp; Jerry'],
      ['with quotes', '&quot;tag&quot;'],
      ['with an accent', 'caf\u00e9 &amp; bar'],
      ['long, in ASCII', 'a'.repeat(1_000)],
      ['long, begun outside ASCII', `${'\u00e9'.repeat(400)}${'b'.repeat(500)}&lt;${'c'.repeat(500)}`],
      ['long, of wide characters', `x${'\u65e5\u{1f389}'.repeat(200)}`],
    ])('hands out a text %s in the same pieces', async (_, text) => {
      const { stdout } = await mustRun('xmllint', ['--sax', '-'], { input: `<a>${text}</a>` });
      const lengths = [...stdout.matchAll(/^SAX\.characters\(.*, (\d+)\)$/gm)].map(([, length]) => Number(length));
      const decoded = (piece: string): string => (piece.startsWith('&') ? '.' : piece);
      expect(textPieces(text).map((piece) => Buffer.byteLength(decoded(piece)))).toEqual(lengths);
    });
  });
});
