import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALBUM, HURTING_NAMES, startDavServer, VIDEO, VIDEO_BYTES, type DavServer } from '../support/dav-server.js';
import { expectGolden } from '../support/golden.js';
import { ask, propBody, propfind } from '../support/http-client.js';
import { readMultistatus } from '../support/multistatus.js';

let server: DavServer;
beforeAll(async () => void (server = await startDavServer()));
afterAll(() => server.close());

const list = (target: string, options = {}) => propfind(server.origin, target, options);

describe('a listing', () => {
  it.each(['0', '1'])('with Depth %s has the collection first, with and without slash', async (depth) => {
    for (const path of [ALBUM, ALBUM.slice(0, -1)]) {
      const { status, text, headers } = await list(path, { depth });
      expect(status).toBe(207);
      expect(headers['content-type']).toBe('application/xml; charset=utf-8');
      const hrefs = readMultistatus(text).map(({ href }) => href);
      expect(hrefs).toEqual(depth === '0' ? [ALBUM] : [ALBUM, VIDEO, `${ALBUM}old.jpg`]);
    }
  });

  it('of a file is the file, whatever the Depth', async () => {
    for (const depth of ['0', '1', 'infinity', null]) {
      const { status, text } = await list(VIDEO, { depth });
      expect([status, readMultistatus(text).map(({ href }) => href)]).toEqual([207, [VIDEO]]);
    }
  });

  it.each([
    ['no body', ALBUM, undefined, 'allprop.xml'],
    ['allprop', ALBUM, '<D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>', 'allprop.xml'],
    ['propname', ALBUM, '<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>', 'propname.xml'],
    [
      'prop',
      ALBUM,
      propBody(
        '<D:nope/>',
        '<D:getcontentlength/>',
        '<x:thing xmlns:x="http://ns.example/x/&quot;"/>',
        '<foo/>',
        '<D:getcontentlength/>',
        '<D:iscollection/>',
        '<D:supportedlock/>',
        '<D:lockdiscovery/>',
        '<D:quota-available-bytes/>',
      ),
      'prop.xml',
    ],
    [
      'allprop with include',
      ALBUM,
      '<D:propfind xmlns:D="DAV:"><D:allprop/><D:include><D:iscollection/></D:include></D:propfind>',
      'include.xml',
    ],
    ['unknown sizes and prop', '/Albums/Late', propBody('<D:getetag/>', '<D:getcontentlength/>'), 'late.xml'],
    ['names that hurt', '/Albums/Names', propBody('<D:displayname/>'), 'names.xml'],
    ['only unknown properties', VIDEO, propBody('<D:nope/>'), 'unknown.xml'],
    ['no properties', VIDEO, propBody(), 'nothing.xml'],
    ['the root', '/', undefined, 'root.xml'],
  ])('asked with %s is written as every client reads it', async (_, target, body, golden) => {
    const { status, text } = await list(target, body === undefined ? {} : { body });
    expect(status).toBe(207);
    expectGolden(`propfind/${golden}`, text.replaceAll('<D:response>', '\n<D:response>'));
  });

  it('is lean for Windows, which takes no more than a million bytes', async () => {
    const headers = { 'User-Agent': 'Microsoft-WebDAV-MiniRedir/10.0.19045', Translate: 'f', 'Content-Length': 0 };
    const { text } = await list(ALBUM.slice(0, -1), { headers });
    expectGolden('propfind/lean.xml', text.replaceAll('<D:response>', '\n<D:response>'));
  });

  it('of 1,200 files stays below a million bytes for Windows', async () => {
    const crowded = await startDavServer();
    for (let i = 0; i < 1200; i++) crowded.tree.addFile(['Big', `IMG_20240714_101112_${i}.jpg`], Buffer.from('x'));
    const headers = { 'User-Agent': 'Microsoft-WebDAV-MiniRedir/10.0.19045' };
    const { bytes, text } = await propfind(crowded.origin, '/Big', { headers });
    await crowded.close();
    expect(readMultistatus(text)).toHaveLength(1201);
    expect(bytes.length).toBeLessThan(500_000);
  });

  it('names unknown properties so that every parser takes them', async () => {
    const { text } = await list(VIDEO, { body: propBody('<xml:foo/>', '<y:bar xmlns:y="a&#13;&#10;&#9;b"/>') });
    expect(text).toContain('<D:prop><xml:foo/><x:bar xmlns:x="a&#13;&#10;&#9;b"/></D:prop>');
  });

  it('declares the namespace once and spells every status in full', async () => {
    const { text } = await list(ALBUM, { body: propBody('<D:nope/>', '<D:getetag/>', '<D:resourcetype/>') });
    expect(text.match(/xmlns[:A-Za-z]*="DAV:"/g)).toEqual(['xmlns:D="DAV:"']);
    expect(text.slice(text.indexOf('<D:multistatus'))).not.toMatch(/>\s+</);
    expect(text.match(/<D:status>[^<]*/g)?.every((status) => /HTTP\/1.1 (200 OK|404 Not Found)$/.test(status))).toBe(
      true,
    );
    expect(text.indexOf('404 Not Found')).toBeGreaterThan(text.indexOf('200 OK'));
  });

  it('has hrefs that survive every client, and that lead back to their members', async () => {
    const { text } = await list('/Albums/Names/');
    const members = readMultistatus(text).slice(1);
    expect(members).toHaveLength(HURTING_NAMES.length);
    for (const { href, found } of members) {
      expect(href).toMatch(/^\/([A-Za-z0-9._~/-]|%[0-9A-F]{2})*$/);
      const { status, text: bytes } = await ask(server.origin, href);
      expect([status, bytes.normalize('NFC')]).toEqual([200, found.displayname]);
    }
  });

  it('repeats the spelling asked, so that macOS finds its members', async () => {
    server.tree.addFile(['Café', 'a.jpg'], Buffer.from('a'));
    for (const form of ['NFC', 'NFD'] as const) {
      const path = `/${encodeURIComponent('Café'.normalize(form))}/`;
      const hrefs = readMultistatus((await list(path)).text).map(({ href }) => href);
      expect(hrefs).toEqual([path, `${path}a.jpg`]);
    }
  });

  it('tells the length that GET sends, and the same validators as HEAD and GET', async () => {
    const [self] = readMultistatus((await list(VIDEO, { depth: '0' })).text);
    const head = await ask(server.origin, VIDEO, { method: 'HEAD' });
    const get = await ask(server.origin, VIDEO);
    for (const { headers } of [head, get]) {
      expect(headers['content-length']).toBe(self!.found.getcontentlength);
      expect(headers.etag).toBe(self!.found.getetag);
      expect(headers['last-modified']).toBe(self!.found.getlastmodified);
      expect(headers['content-type']).toBe(self!.found.getcontenttype);
    }
    expect(get.bytes.equals(VIDEO_BYTES)).toBe(true);
  });

  it.each(['infinity', 'Infinity', null])('is refused with Depth %s, and says why', async (depth) => {
    const { status, text } = await list('/', { depth });
    expect(status).toBe(403);
    expect(text).toContain('<D:error xmlns:D="DAV:"><D:propfind-finite-depth/></D:error>');
  });

  it.each(['2', 'foo', '-1', '1,noroot', '0, 1'])('is refused with Depth %s', async (depth) => {
    expect((await list('/', { depth })).status).toBe(400);
  });

  it('takes Depth with spaces around', async () => {
    expect((await list('/', { depth: ' 1 ' })).status).toBe(207);
  });

  it('of nothing is a 404, not a 207 that holds one', async () => {
    expect((await list('/Albums/Nothing/')).status).toBe(404);
    expect((await list(`${VIDEO}/`)).status).toBe(404);
    expect((await list('/Albums/Nothing/', { depth: 'infinity' })).status).toBe(404);
  });

  it('judges XML before Depth, and Depth before the path', async () => {
    expect((await list('/Nothing', { depth: 'foo', body: '<broken' })).status).toBe(400);
    expect((await list('/Nothing', { depth: 'foo' })).status).toBe(400);
    expect((await list('/', { depth: null, body: '<broken' })).status).toBe(400);
  });

  it('ignores Range, which Kodi sends with every folder', async () => {
    const plain = await list(ALBUM);
    const ranged = await list(ALBUM, { headers: { Range: 'bytes=0-', 'If-Range': '"x"' } });
    expect([ranged.status, ranged.text]).toEqual([207, plain.text]);
  });

  it('is the same with a chunked body, and while a client asks for JSON', async () => {
    const body = propBody('<D:resourcetype/>');
    const plain = await list(ALBUM, { body });
    const chunked = await list(ALBUM, {
      body,
      headers: { 'Transfer-Encoding': 'chunked', Accept: 'application/json' },
    });
    expect([chunked.status, chunked.text]).toEqual([207, plain.text]);
  });

  it('is compressed only when asked, short or long', async () => {
    for (const target of [ALBUM, '/Albums/Names']) {
      const plain = await list(target);
      const coded = await list(target, { headers: { 'Accept-Encoding': 'gzip, deflate' } });
      const refused = await list(target, { headers: { 'Accept-Encoding': 'gzip;q=0, identity' } });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(refused.headers['content-encoding']).toBeUndefined();
      expect(coded.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
      expect(gunzipSync(coded.bytes).toString()).toBe(plain.text);
    }
  });

  it('of very many members is whole, compressed or not, and lets others in meanwhile', async () => {
    const crowded = await startDavServer();
    for (let i = 0; i < 5000; i++) crowded.tree.addFile(['Big', `${i}.jpg`], Buffer.from('x'));
    const [plain, coded] = await Promise.all([
      propfind(crowded.origin, '/Big'),
      propfind(crowded.origin, '/Big', { headers: { 'Accept-Encoding': 'gzip' } }),
    ]);
    await crowded.close();
    expect(readMultistatus(plain.text)).toHaveLength(5001);
    expect(gunzipSync(coded.bytes).toString()).toBe(plain.text);
    expect(plain.headers['transfer-encoding']).toBe('chunked');
  });

  it('hides no junk and asks nobody for it', async () => {
    const before = server.tree.asked.length;
    for (const name of ['._x', '.DS_Store', 'desktop.ini', 'Thumbs.db', '.hidden', '.Trash-1000', 'AutoRun.inf']) {
      for (const method of ['PROPFIND', 'GET', 'HEAD']) {
        const { status } = await ask(server.origin, ALBUM + name, { method, headers: { Depth: '0' } });
        expect([name, method, status]).toEqual([name, method, 404]);
      }
    }
    expect(server.tree.asked.length).toBe(before);
  });

  it.each(['.metadata_never_index', '.metadata_never_index_unless_rootfs', '.com.apple.timemachine.donotpresent'])(
    'finds %s at the root when asked, empty, and never lists it',
    async (name) => {
      const { status, headers, bytes } = await ask(server.origin, `/${name}`);
      expect([status, headers['content-length'], bytes.length]).toEqual([200, '0', 0]);
      expect((await list(`/${name}`, { depth: '0' })).status).toBe(207);
      expect((await list('/')).text).not.toContain(name);
      expect((await list(ALBUM + name, { depth: '0' })).status).toBe(404);
    },
  );

  it('gives dates that Windows and macOS read, also of a photo from 1965', async () => {
    const { text } = await list(ALBUM);
    expect(text).not.toMatch(/creationdate>[^<]*\.\d/);
    const old = readMultistatus(text).find(({ href }) => href.endsWith('old.jpg'))!;
    expect(old.found).toMatchObject({
      creationdate: '1965-01-02T00:00:00Z',
      getlastmodified: 'Thu, 01 Jan 1970 00:00:00 GMT',
    });
  });
});

describe('a listing whose sizes are not known', () => {
  it('learns them and leaves out none of its members', async () => {
    const late = await startDavServer();
    late.tree.unlearnable.add('Albums/Late/b.jpg');
    const members = readMultistatus((await propfind(late.origin, '/Albums/Late')).text);
    await late.close();
    expect(members.map(({ href }) => href)).toEqual(
      ['', 'a.jpg', 'c.jpg', 'b.jpg'].map((name) => `/Albums/Late/${name}`),
    );
    expect(members.map(({ found }) => found.getcontentlength)).toEqual([undefined, '10', '10', undefined]);
    expect(members.at(-1)!.found.getetag).toBeUndefined();
  });

  it('is none for rclone while sizes are due, for it takes a file without a size for empty and acts on that', async () => {
    const late = await startDavServer();
    late.tree.unlearnable.add('Albums/Late/b.jpg');
    late.tree.due.add('Albums/Late/b.jpg');
    const headers = { 'User-Agent': 'rclone/v1.60.1' };
    const refused = await propfind(late.origin, '/Albums/Late', { headers });
    const one = await propfind(late.origin, '/Albums/Late/b.jpg', { headers, depth: '0' });
    const others = await propfind(late.origin, '/Albums/Late');
    late.tree.due.clear();
    const never = await propfind(late.origin, '/Albums/Late', { headers });
    late.tree.unlearnable.clear();
    const learned = await propfind(late.origin, '/Albums/Late', { headers });
    await late.close();
    expect([refused.status, one.status, others.status, never.status, learned.status]).toEqual([
      503, 503, 207, 207, 207,
    ]);
    expect(refused.headers['retry-after']).toBe('10');
    expect(refused.text).toContain('the sizes of 1 files are not known yet');
    expect(readMultistatus(learned.text).map(({ found }) => found.getcontentlength)).toEqual([
      undefined,
      '10',
      '10',
      '10',
    ]);
  });

  it('asks for none where no size is asked for', async () => {
    const late = await startDavServer();
    const body = propBody('<D:resourcetype/>', '<D:getlastmodified/>');
    const { text } = await propfind(late.origin, '/Albums/Late', { body });
    await late.close();
    expect(readMultistatus(text)).toHaveLength(4);
    expect(late.source.measured).toBe(0);
  });

  it('waits for no more sizes than a day allows', async () => {
    const late = await startDavServer();
    const bytes = Buffer.from('a photo');
    for (let i = 0; i < 40_010; i++) late.tree.addFile(['Many', `${i}.jpg`], bytes, { isKnown: false });
    const { text } = await propfind(late.origin, '/Many', { body: propBody('<D:getcontentlength/>') });
    await late.close();
    expect(text.split('<D:response>')).toHaveLength(1 + 1 + 40_010);
    expect(text.split('</D:getcontentlength>')).toHaveLength(1 + 40_000);
  });

  it('is whole though sizes fail after it has begun', async () => {
    const late = await startDavServer();
    late.tree.learningFailure = new Error('test: upstream is gone');
    const [list1, file] = [
      await propfind(late.origin, '/Albums/Late'),
      await propfind(late.origin, '/Albums/Late/a.jpg', { depth: '0' }),
    ];
    await late.close();
    expect(readMultistatus(list1.text)).toHaveLength(4);
    expect(readMultistatus(file.text)[0]!.found.getcontentlength).toBeUndefined();
    expect(late.lines.map(({ msg }) => msg)).toContain('sizes are left out of a listing');
  });
});

describe('a server behind a base path', () => {
  it('lists under it, has its parents as collections, and nothing beside', async () => {
    const based = await startDavServer({ basePath: '/dav/photos' });
    const hrefs = async (target: string): Promise<string[]> =>
      readMultistatus((await propfind(based.origin, target)).text).map(({ href }) => href);
    expect(await hrefs('/')).toEqual(['/', '/dav/']);
    expect(await hrefs('/dav')).toEqual(['/dav/', '/dav/photos/']);
    expect(await hrefs('/dav/photos')).toEqual(
      ['', 'Albums/', 'Empty/', 'README.txt'].map((name) => `/dav/photos/${name}`),
    );
    expect(await hrefs(`/dav/photos${ALBUM}`)).toContain(`/dav/photos${VIDEO}`);
    expect((await ask(based.origin, `/dav/photos${VIDEO}`)).bytes.equals(VIDEO_BYTES)).toBe(true);
    expect((await ask(based.origin, '/dav/')).text).toContain('href="/dav/photos/"');
    for (const target of [ALBUM, '/dav/other', '/other']) {
      expect((await propfind(based.origin, target)).status).toBe(404);
      expect((await ask(based.origin, target, { method: 'OPTIONS' })).status).toBe(200);
    }
    await based.close();
  });
});
