import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { startEmulator } from '../../src/emulator/server.js';
import { ask, type Reply } from '../support/http-client.js';
import { PLAIN_ALBUM } from '../support/library.js';
import { readMultistatus } from '../support/multistatus.js';
import { startProgram } from '../support/program.js';
import { settled } from '../support/settled.js';
import { startStage, type Stage } from '../support/stage.js';

// The WebClient service of Windows ("MiniRedir") runs nowhere else: what it is known to send is sent as it sends it.

const BASE = '/photos/mine';
const ALBUM = `${BASE}/Albums/${encodeURIComponent(PLAIN_ALBUM)}`;
const MINI_REDIR = { 'User-Agent': 'Microsoft-WebDAV-MiniRedir/10.0.19045', Translate: 'f', Connection: 'Keep-Alive' };

let stage: Stage;
let agent: Agent;

interface Probe {
  readonly origin?: string;
  readonly depth?: string;
  readonly body?: string;
}

/** A request without a slash at the end, without a body, and with a length all the same. */
function explorer(method: string, path: string, { origin, depth, body }: Probe = {}): Promise<Reply> {
  const headers = { ...MINI_REDIR, ...(depth === undefined ? {} : { Depth: depth }) };
  const length = method === 'GET' || body !== undefined ? {} : { 'Content-Length': 0 };
  const sent = { method, headers: { ...headers, ...length }, agent, ...(body === undefined ? {} : { body }) };
  return ask(origin ?? new URL(stage.program.url).origin, path, sent);
}

describe('Windows Explorer, as recorded', () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'short', flags: ['--server-base-path', BASE] });
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }, 60_000);
  afterAll(async () => {
    agent.destroy();
    await stage.close();
  });

  it.each(['/', '/photos', BASE, ALBUM])('is told before anything else that %s speaks WebDAV', async (path) => {
    const { status, headers } = await explorer('OPTIONS', path);
    expect({ status, headers }).toMatchObject({
      status: 200,
      headers: { dav: '1, 3', 'ms-author-via': 'DAV', allow: 'OPTIONS, GET, HEAD, PROPFIND', 'content-length': '0' },
    });
  });

  it.each([
    ['/', '0', 1],
    ['/', '1', 2],
    ['/photos', '0', 1],
    ['/photos', '1', 2],
    [BASE, '0', 1],
    [BASE, '1', 7],
    [`${BASE}/Albums`, '0', 1],
    [ALBUM, '0', 1],
    [ALBUM, '1', 13],
    [`${ALBUM}/IMG_0001.jpg`, '0', 1],
    [`${ALBUM}/IMG_0001.jpg`, '1', 1],
  ])('walks down to its folder: %s with Depth %s, no slash and no redirect', async (path, depth, entries) => {
    const { status, text } = await explorer('PROPFIND', path, { depth });
    expect(status).toBe(207);
    const members = readMultistatus(text);
    expect(members).toHaveLength(entries);
    expect(members[0]!.href.replace(/(?<=.)\/$/, '')).toBe(path);
  });

  it('is given the four properties that it uses, in the form that it reads', async () => {
    const { text } = await explorer('PROPFIND', ALBUM, { depth: '1' });
    expect(text.match(/xmlns[:A-Za-z]*=/g)).toEqual(['xmlns:D=']);
    expect(text).toMatch(/<D:multistatus xmlns:D="DAV:"/);
    expect(text.replace(/^<\?xml[^>]*>\n/, '')).not.toMatch(/>\s+</);
    const [self, ...members] = readMultistatus(text);
    expect(self!.isCollection).toBe(true);
    for (const { found, missing } of members) {
      expect(Object.keys(found)).toEqual(['resourcetype', 'getcontentlength', 'getlastmodified', 'creationdate']);
      expect(missing).toEqual([]);
      expect(found.creationdate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(found.getlastmodified).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    }
    const { files } = stage.facts.albums.find(({ title }) => title === PLAIN_ALBUM)!;
    const sizes = files.map(({ filename, bytes }) => [`${ALBUM}/${filename}`, `${bytes}`]);
    expect(members.map(({ href, found }) => [href, found.getcontentlength]).sort()).toEqual(sizes.sort());
  });

  it.each(['desktop.ini', 'folder.jpg', 'folder.gif', 'Thumbs.db', 'AutoRun.inf', 'Summer%202024.ws'])(
    'is told that there is no %s by the status alone, and Google is not asked',
    async (name) => {
      await explorer('PROPFIND', ALBUM, { depth: '1' });
      const before = await settled(stage.emulator);
      for (const folder of [ALBUM, `${BASE}/Albums`, BASE, '/photos', '']) {
        const { status, text } = await explorer('PROPFIND', `${folder}/${name}`, { depth: '0' });
        expect([folder, status]).toEqual([folder, 404]);
        expect(text).not.toContain('multistatus');
        expect((await explorer('GET', `${folder}/${name}`)).status).toBe(404);
      }
      expect(await settled(stage.emulator)).toEqual(before);
    },
  );

  it('reads a file whole', async () => {
    const { sha256, bytes: length } = stage.facts.files.find(({ filename }) => filename === 'IMG_0012.jpg')!;
    const { status, headers, bytes } = await explorer('GET', `${ALBUM}/IMG_0012.jpg`);
    expect({ status, length: headers['content-length'] }).toEqual({ status: 200, length: `${length}` });
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  });

  it.each([
    ['PUT', 'New.txt', ''],
    ['PUT', 'New.txt', 'text'],
    ['LOCK', 'New.txt', '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope></D:lockinfo>'],
    ['PROPPATCH', 'IMG_0001.jpg', '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop/></D:set></D:propertyupdate>'],
    ['MKCOL', 'New%20folder', undefined],
    ['DELETE', 'IMG_0001.jpg', undefined],
    ['MOVE', 'IMG_0001.jpg', undefined],
  ])('may not write: %s %s', async (method, name, body) => {
    const { status } = await explorer(method, `${ALBUM}/${name}`, body === undefined ? {} : { body });
    expect(status).toBe(403);
    expect((await explorer('PROPFIND', `${ALBUM}/New.txt`, { depth: '0' })).status).toBe(404);
    expect((await explorer('PROPFIND', `${ALBUM}/IMG_0001.jpg`, { depth: '0' })).status).toBe(207);
  });

  it('takes a folder of 1,200 files, for its listing is below a million bytes', async () => {
    const emulator = await startEmulator({ items: 1_200 });
    const program = await startProgram({ account: emulator.ready, flags: ['--include-archived'] });
    try {
      const { status, bytes, text } = await explorer('PROPFIND', '/All', { origin: program.url, depth: '1' });
      expect(status).toBe(207);
      expect(readMultistatus(text)).toHaveLength(1_201);
      expect(bytes.length).toBeLessThan(1_000_000);
    } finally {
      await program.stop();
      await emulator.close();
    }
  }, 60_000);
});
