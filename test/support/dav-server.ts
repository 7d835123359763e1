import { createDav } from '../../src/dav/server.js';
import { nativeProxy } from '../../src/delivery/native-proxy.js';
import type { DeliveryPolicy } from '../../src/delivery/policy.js';
import { createMetrics, type Metrics } from '../../src/http/metrics.js';
import { createHttpServer } from '../../src/http/server.js';
import type { SignIn } from '../../src/http/sign-in.js';
import type { Tls } from '../../src/http/tls.js';
import { createLog } from '../../src/log.js';
import { collectionPage } from '../../src/web/index-page.js';
import { DavSource } from './dav-source.js';
import { DavTree } from './dav-tree.js';
import { Recorder } from './log-lines.js';

export interface DavServerOptions {
  readonly basePath?: string;
  readonly policy?: DeliveryPolicy;
  readonly allowedHosts?: readonly string[] | 'any';
  readonly signIn?: SignIn;
  readonly tls?: Tls;
}

/** A server over a small tree, with the levers of its tree and source. */
export interface DavServer {
  /** Without a slash at the end. */
  readonly origin: string;
  readonly tree: DavTree;
  readonly source: DavSource;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly metrics: Metrics;
  close(): Promise<void>;
}

/** One album, its video, and its bytes. */
export const ALBUM = '/Albums/Summer%202024/';
export const VIDEO = '/Albums/Summer%202024/beach.mp4';
export const VIDEO_ID = 'Albums/Summer 2024/beach.mp4';
export const VIDEO_BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));

/** Names that hurt some client, all of them publishable. */
export const HURTING_NAMES = [
  '100% real.jpg',
  'a&b <c> d.jpg',
  "it's (not) *bad*!.jpg",
  'Café.jpg',
  'ümlaut+plus=equals.jpg',
  '日本語 🎉.jpg',
  ' leading and  double.jpg',
  'semi;colon,comma@at$dollar~tilde.jpg',
  '%41%2F.jpg',
];

/**
 * Starts a server on a free port of 127.0.0.1:
 * `Albums/Summer 2024` with a video and a photo, `Albums/Names` with names that hurt, `Albums/Late` with sizes that are
 * not known yet, `Empty`, and `README.txt`.
 */
export async function startDavServer({
  basePath = '/',
  policy = nativeProxy,
  allowedHosts = [],
  signIn,
  tls,
}: DavServerOptions = {}): Promise<DavServer> {
  const source = new DavSource();
  const tree = new DavTree(source);
  tree.addFile(['Albums', 'Summer 2024', 'beach.mp4'], VIDEO_BYTES);
  tree.addFile(['Albums', 'Summer 2024', 'old.jpg'], Buffer.from('old photo'), { createdAtMs: Date.UTC(1965, 0, 2) });
  for (const name of HURTING_NAMES) tree.addFile(['Albums', 'Names', name.normalize('NFC')], Buffer.from(name));
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
    tree.addFile(['Albums', 'Late', name], Buffer.from(`late ${name}`), { isKnown: false });
  }
  tree.addFolder(['Empty']);
  tree.addStatic(['README.txt'], 'Nothing to see.\n');

  const recorder = new Recorder();
  const log = createLog({ level: 'debug', destination: recorder });
  const metrics = createMetrics();
  const dav = createDav({ policyFor: () => policy, meter: metrics, basePath, log, collectionPage });
  const server = createHttpServer({
    handle: (request, response) => dav.handle(request, response, tree),
    allowedHosts,
    ...(signIn ? { door: signIn } : {}),
    ...(tls ? { tls } : {}),
    log,
  });
  const [url] = await server.listen('127.0.0.1', 0);
  return {
    origin: url!.origin,
    tree,
    source,
    lines: recorder.lines,
    metrics,
    close: () => server.close(0),
  };
}
