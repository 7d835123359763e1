import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startDavServer, VIDEO, VIDEO_BYTES, type DavServer } from '../support/dav-server.js';
import { ask, propBody, propfind, sendRaw } from '../support/http-client.js';

let server: DavServer;
beforeAll(async () => void (server = await startDavServer({ allowedHosts: ['photos.example'] })));
afterAll(() => server.close());

const METHODS = ['GET', 'PROPFIND', 'PUT', 'COPY', 'LOCK', 'POST'];

async function expectAlive(): Promise<void> {
  expect((await ask(server.origin, VIDEO)).bytes.equals(VIDEO_BYTES)).toBe(true);
}

describe('a hostile path', () => {
  it.each([
    ['/..%2f..%2fetc/passwd', 400],
    ['/%2e%2e/', 400],
    ['/../../etc/passwd', 400],
    ['//evil.example/x', 404],
    ['/a%00b', 400],
    ['/%c0%ae%c0%ae/', 400],
    ['/x%5c..%5cy', 400],
    ['/%', 400],
    ['/%ff', 400],
    ['//%', 404],
    ['/a#b', 400],
    [`/${'a/'.repeat(70)}`, 414],
    [`/${'a'.repeat(5000)}`, 414],
  ])('%s is refused, whatever the method, and reaches no tree', async (target, status) => {
    const before = server.tree.asked.length;
    for (const method of METHODS) {
      expect([method, (await ask(server.origin, target, { method })).status]).toEqual([method, status]);
    }
    expect(server.tree.asked.length).toBe(before);
    await expectAlive();
  });

  it('in absolute form is this server’s if its host is, whatever the Host header says', async () => {
    const headers = { Host: 'evil.example' };
    expect((await ask(server.origin, `http://me@localhost:80${VIDEO}`, { headers })).status).toBe(200);
    expect((await ask(server.origin, `http://evil.example${VIDEO}`)).status).toBe(421);
    expect((await ask(server.origin, `http://localhost@evil.example${VIDEO}`)).status).toBe(421);
  });

  it('in absolute form is logged without its user information', async () => {
    await ask(server.origin, `http://me:hidden@localhost${VIDEO}`);
    expect(server.lines.at(-1)).toMatchObject({ path: VIDEO });
    expect(JSON.stringify(server.lines)).not.toContain('hidden');
  });
});

/** A PROPFIND body that asks for `count` properties of one namespace. */
function repeating(namespace: string, count: number): string {
  const names = Array.from({ length: count }, (_, i) => `<x:p${i}/>`);
  return `<D:propfind xmlns:D="DAV:" xmlns:x="${namespace}"><D:prop>${names.join('')}</D:prop></D:propfind>`;
}

describe('a hostile body', () => {
  it.each([
    ['external entity', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><D:propfind xmlns:D="DAV:"/>', 400],
    ['broken XML', '<D:propfind xmlns:D="DAV:"><D:prop>', 400],
    ['empty prefix binding', '<D:propfind xmlns:D="DAV:"><D:prop><x:a xmlns:x=""/></D:prop></D:propfind>', 400],
    ['JSON', '{"propfind":{}}', 400],
    ['deep nesting', '<a>'.repeat(10_000), 400],
    ['7,000 properties', propBody(...Array.from({ length: 7000 }, (_, i) => `<D:p${i}/>`)), 413],
    ['2,000 properties', propBody(...Array.from({ length: 2000 }, (_, i) => `<D:p${i}/>`)), 400],
    ['a namespace that 250 properties repeat', repeating('n'.repeat(60_000), 250), 400],
    ['a namespace that entities make long', repeating('&#34;'.repeat(1000), 240), 400],
    ['ten megabytes', 'x'.repeat(10 * 1024 * 1024), 413],
  ])('of %s is refused at once', async (_, body, status) => {
    const start = performance.now();
    let answer: number | undefined;
    try {
      answer = (await propfind(server.origin, '/', { body })).status;
    } catch {
      // The connection may close before ten megabytes are written; the answer was on its way.
      answer = 413;
    }
    expect(answer).toBe(status);
    expect(performance.now() - start).toBeLessThan(10_000);
    await expectAlive();
  });

  it('that is announced larger than any memory is refused unread', async () => {
    const head = 'PROPFIND / HTTP/1.1\r\nHost: localhost\r\nDepth: 1\r\nContent-Length: 9007199254740991\r\n\r\n';
    expect(await sendRaw(server.origin, head)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('that grows beyond its limit in chunks is refused', async () => {
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
    const head = 'PROPFIND / HTTP/1.1\r\nHost: localhost\r\nDepth: 1\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await sendRaw(server.origin, head + chunk.repeat(20))).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('a hostile header', () => {
  it.each(['evil.example', 'evil.example:8008', '8.8.8.8.evil.example', '127.0.0.1.evil.example'])(
    'Host: %s is sent away',
    async (host) => {
      for (const method of ['OPTIONS', ...METHODS]) {
        expect((await ask(server.origin, VIDEO, { method, headers: { Host: host } })).status).toBe(421);
      }
    },
  );

  it.each(['localhost', 'LOCALHOST:99', '[::1]:80', '127.0.0.5', 'photos.example:443'])(
    'Host: %s is served',
    async (host) => {
      expect((await ask(server.origin, VIDEO, { method: 'HEAD', headers: { Host: host } })).status).toBe(200);
    },
  );

  it.each(['(<urn:uuid:x>)', '<http://x/%zz> (["a"])', '(Not <a>)', 'garbage('])(
    'If: %s ends nothing',
    async (value) => {
      for (const method of ['GET', 'HEAD', 'PROPFIND']) {
        expect((await ask(server.origin, VIDEO, { method, headers: { If: value, Depth: '0' } })).status).toBeLessThan(
          300,
        );
      }
      for (const method of ['PUT', 'MKCOL', 'COPY', 'MOVE', 'PROPPATCH', 'LOCK']) {
        expect((await ask(server.origin, '/x', { method, headers: { If: value } })).status).toBe(403);
      }
    },
  );

  it('Destination that cannot be decoded ends nothing', async () => {
    for (const method of ['COPY', 'MOVE']) {
      expect((await ask(server.origin, VIDEO, { method, headers: { Destination: 'http://x/%zz' } })).status).toBe(403);
    }
  });

  it.each([
    ['two sets', '<D:set><D:prop><a/></D:prop></D:set><D:set><D:prop><b/></D:prop></D:set>'],
    ['a set and a removal', '<D:set><D:prop><a/></D:prop></D:set><D:remove><D:prop><b/></D:prop></D:remove>'],
    ['a live property', '<D:remove><D:prop><a/></D:prop></D:remove><D:set><D:prop><D:getetag/></D:prop></D:set>'],
  ])('PROPPATCH of %s ends nothing', async (_, updates) => {
    const body = `<D:propertyupdate xmlns:D="DAV:">${updates}</D:propertyupdate>`;
    expect((await ask(server.origin, VIDEO, { method: 'PROPPATCH', body })).status).toBe(403);
    await expectAlive();
  });

  it('of contradicting lengths is refused, and the connection closed', async () => {
    const smuggled =
      'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect((await sendRaw(server.origin, smuggled)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['an unknown method', 'FROB / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: localhost\r\nhost: localhost\r\nConnection: close\r\n\r\n'],
    ['unescaped UTF-8', 'GET /Caf\u00c3\u00a9 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('%s is a 400', async (_, octets) => {
    expect(await sendRaw(server.origin, octets)).toMatch(/^HTTP\/1\.1 400 /);
    await expectAlive();
  });

  it('of garbage is never the server’s fault', async () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 30 }).map((value) => value.trim());
    const headers = fc.record({
      depth: text,
      if: text,
      range: text,
      destination: text,
      overwrite: text,
      timeout: text,
    });
    const method = fc.constantFrom('GET', 'HEAD', 'PROPFIND', 'OPTIONS', 'COPY', 'LOCK', 'PROPPATCH');
    await fc.assert(
      fc.asyncProperty(method, headers, async (sentMethod, sent) => {
        const { status } = await ask(server.origin, VIDEO, { method: sentMethod, headers: sent });
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
    await expectAlive();
  });
});
