import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createDav } from '../../src/dav/server.js';
import { nativeProxy } from '../../src/delivery/native-proxy.js';
import { createMetrics } from '../../src/http/metrics.js';
import { createHttpServer, type HttpServer } from '../../src/http/server.js';
import { createLog } from '../../src/log.js';
import { Tree } from '../../src/tree/tree.js';
import { collectionPage } from '../../src/web/index-page.js';
import { ask, propfind } from '../support/http-client.js';
import { MemorySource, photo } from '../support/memory-source.js';
import { readMultistatus } from '../support/multistatus.js';
import { mountOf } from '../support/planted.js';

/** Of what photodav's own layout replaces. */
const NAMES = [
  'a:b*c?.jpg',
  '"<>|#.jpg',
  'CON',
  'dots...',
  ' spaces ',
  '.hidden',
  'tab\tand\nline',
  'back\\slash',
  '',
  '..',
];

const source = new MemorySource();
let server: HttpServer;
let origin: string;
beforeAll(async () => {
  source.items = NAMES.map((name, i) => photo(`id${'x'.repeat(i)}`, name));
  source.albums = NAMES.map((title, i) => ({ id: `album${i}`, title, items: [source.items[i]!] }));
  const log = createLog({ level: 'silent' });
  const tree = new Tree([mountOf(source, { layout: 'rclone' })]);
  const dav = createDav({ policyFor: () => nativeProxy, meter: createMetrics(), basePath: '/', log, collectionPage });
  server = createHttpServer({
    handle: (request, response) => dav.handle(request, response, tree),
    allowedHosts: [],
    log,
  });
  origin = (await server.listen('127.0.0.1', 0))[0]!.origin;
});
afterAll(() => server.close(0));

it("opens every name of rclone's layout by the href that lists it", async () => {
  const hrefs = async (path: string): Promise<string[]> => {
    const { status, text } = await propfind(origin, path);
    expect(status).toBe(207);
    return readMultistatus(text)
      .map(({ href }) => href)
      .filter((href) => href !== path);
  };
  const files = await hrefs('/media/all/');
  for (const album of await hrefs('/album/')) files.push(...(await hrefs(album)));
  expect(files).toHaveLength(NAMES.length * 2);
  const sizes = await Promise.all(files.map(async (href) => (await ask(origin, href)).bytes.length));
  expect(new Set(sizes).size).toBe(NAMES.length);
});
