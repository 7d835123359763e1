import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { curl } from '../support/curl.js';
import { describeClient } from '../support/clients.js';
import { PLAIN_ALBUM } from '../support/library.js';
import { propfind, readMultistatus, walk, type Member } from '../support/multistatus.js';
import { startProgram } from '../support/program.js';
import { settled } from '../support/settled.js';
import { startStage, type Stage } from '../support/stage.js';

const NEEDS = { commands: ['curl'], packages: ['curl'] };

let stage: Stage;
let origin: string;
let album: string;
let everything: Member[];

const names = (members: readonly Member[]): string[] =>
  members.map(({ href }) => decodeURIComponent(href.replace(/\/$/, '').split('/').at(-1)!));

describeClient('a listing', NEEDS, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'short' });
    origin = new URL(stage.program.url).origin;
    album = `/Albums/${encodeURIComponent(PLAIN_ALBUM)}`;
    everything = await walk(origin, '/');
  }, 60_000);
  afterAll(() => stage.close());

  it.each(['', '/'])('is answered with the collection itself first, asked with "%s" at the end', async (slash) => {
    for (const depth of ['0', '1']) {
      const { status, text } = await propfind(origin + album + slash, { depth });
      expect(status).toBe(207);
      expect(readMultistatus(text).map(({ href }) => href)[0]).toBe(`${album}/`);
    }
  });

  it('tells every property to a client that names none', async () => {
    const { text } = await propfind(origin + album);
    const [self, ...members] = readMultistatus(text);
    expect(members).toHaveLength(12);
    for (const { found } of members) {
      expect(Object.keys(found)).toEqual(
        expect.arrayContaining([
          'resourcetype',
          'getcontentlength',
          'getlastmodified',
          'displayname',
          'creationdate',
          'getcontenttype',
          'getetag',
        ]),
      );
    }
    expect(Object.keys(self!.found)).not.toContain('getcontentlength');
  });

  it('tells only what is asked, what it has before what it lacks', async () => {
    const body = '<D:propfind xmlns:D="DAV:"><D:prop><D:nope/><D:getcontentlength/></D:prop></D:propfind>';
    const { text } = await propfind(`${origin}${album}/IMG_0001.jpg`, { depth: '0', body });
    expect(readMultistatus(text)).toMatchObject([
      { found: { getcontentlength: expect.stringMatching(/^[0-9]+$/) as unknown as string }, missing: ['nope'] },
    ]);
    expect(Object.keys(readMultistatus(text)[0]!.found)).toEqual(['getcontentlength']);
    expect(text.indexOf('200 OK')).toBeLessThan(text.indexOf('404 Not Found'));
  });

  it('writes the status as Kodi wants it, and the namespace as Windows does', async () => {
    const { text } = await propfind(`${origin}/`);
    expect(text.match(/<D:status>[^<]*<\/D:status>/g)).not.toBeNull();
    expect(new Set(text.match(/<D:status>[^<]*<\/D:status>/g))).toEqual(
      new Set(['<D:status>HTTP/1.1 200 OK</D:status>']),
    );
    expect(text.match(/xmlns[:A-Za-z]*="DAV:"/g)).toEqual(['xmlns:D="DAV:"']);
    // The line after the XML declaration is no element's.
    expect(text).not.toMatch(/[^?]>\s+</);
  });

  it('escapes every byte of a name that a client could stumble over', () => {
    for (const { href, isCollection } of everything) {
      expect(href).toMatch(/^\/([A-Za-z0-9._~/-]|%[0-9A-F]{2})*$/);
      expect(href.endsWith('/')).toBe(isCollection);
    }
    expect(everything.length).toBeGreaterThan(stage.facts.files.length * 4);
  });

  it('has names that Windows takes, unique where case and form are ignored', () => {
    const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;
    const byCollection = new Map<string, string[]>();
    for (const { href } of everything) {
      const name = names([{ href, found: {}, missing: [], isCollection: false }])[0]!;
      expect(name).not.toMatch(/[<>:"|?*\\/#\p{Cc}\u202a-\u202e\u2066-\u2069]|[. ]$|^\.{1,2}$|^\._|^$/u);
      expect(name).not.toMatch(reserved);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).toBe(name.normalize('NFC'));
      const parent = href.replace(/[^/]+\/?$/, '');
      byCollection.set(parent, [...(byCollection.get(parent) ?? []), name.normalize('NFC').toLowerCase()]);
    }
    for (const members of byCollection.values()) expect(new Set(members).size).toBe(members.length);
  });

  it.each(['infinity', null])('of unbounded depth (%s) is refused as the standard says', async (depth) => {
    const { status, text } = await propfind(`${origin}/`, { depth });
    expect(status).toBe(403);
    expect(text).toContain('<D:propfind-finite-depth/>');
  });

  it('is found under the decomposed spelling, and repeats it', async () => {
    const composed = everything.find(({ href }) => href.startsWith(`/Albums/${encodeURIComponent('Café')}`))!.href;
    const spelled = composed
      .split('/')
      .map((segment) => encode(decodeURIComponent(segment).normalize('NFD')))
      .join('/');
    expect(spelled).not.toBe(composed);
    const [asked, published] = [await propfind(origin + spelled), await propfind(origin + composed)];
    expect(asked.status).toBe(207);
    const [members, expected] = [readMultistatus(asked.text), readMultistatus(published.text)];
    expect(members.every(({ href }) => href.startsWith(spelled))).toBe(true);
    expect(names(members.slice(1)).sort()).toEqual(names(expected.slice(1)).sort());
    expect((await curl('--head', origin + spelled + members[1]!.href.slice(spelled.length))).status).toBe(200);
  });

  it('writes dates that Windows and Kodi read', () => {
    for (const { found, isCollection } of everything.filter((member) => !member.isCollection)) {
      expect(isCollection).toBe(false);
      expect(found.getlastmodified).toMatch(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
      expect(new Date(found.getlastmodified!).getUTCFullYear()).toBeGreaterThanOrEqual(1970);
      expect(found.creationdate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    }
  });

  it('is whole though Kodi asks for a range of it', async () => {
    const [plain, ranged] = [await propfind(origin + album), await propfind(origin + album, { options: ['-r', '0-'] })];
    expect(ranged.status).toBe(207);
    expect(ranged.text).toBe(plain.text);
  });

  it.each(['._IMG_0001.jpg', '.DS_Store', 'desktop.ini', 'folder.jpg', 'Thumbs.db', 'AutoRun.inf', '.hidden'])(
    'says at once, without asking Google, that there is no %s',
    async (probe) => {
      const before = await settled(stage.emulator);
      const { status } = await propfind(`${origin}${album}/${probe}`, { depth: '0' });
      expect(status).toBe(404);
      expect(await settled(stage.emulator)).toEqual(before);
    },
  );

  it('comes compressed to those who can read that, and only to them', async () => {
    const plain = await propfind(origin + album);
    const packed = await propfind(origin + album, { options: ['-H', 'Accept-Encoding: gzip'] });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body).toString()).toBe(plain.text);
  });

  it('has the same tags as a download, before and after a restart', async () => {
    const [, member] = readMultistatus((await propfind(origin + album)).text);
    const url = origin + member!.href;
    const answers = [
      await curl('--head', url),
      await curl(url),
      await curl('-r', '0-0', url),
      await curl('-H', `If-None-Match: ${member!.found.getetag!}`, url),
    ];
    expect(answers.map(({ status, headers }) => [status, headers.etag])).toEqual(
      [200, 200, 206, 304].map((status) => [status, member!.found.getetag]),
    );
    const again = await startProgram({ account: stage.emulator.ready });
    try {
      const listed = readMultistatus((await propfind(again.url + album)).text);
      expect(listed.map(({ found }) => found.getetag)).toEqual(
        readMultistatus((await propfind(origin + album)).text).map(({ found }) => found.getetag),
      );
    } finally {
      await again.stop();
    }
  });
});

const encode = (segment: string): string =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
