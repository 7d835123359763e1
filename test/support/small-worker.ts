import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isSigned } from '../../src/delivery/sign.js';
import type { LibraryFacts } from './library.js';

/** What a proxy URL leads to, as small as can be: bytes from the disk for who has the right sign. */
export interface SmallWorker {
  readonly url: string;
  /** A live list of the paths that were served, oldest first. */
  readonly served: readonly string[];
  close(): Promise<void>;
}

/** Serves the albums' files under the paths of the gateway's own layout. */
export async function startSmallWorker(facts: () => LibraryFacts, linkToken: string): Promise<SmallWorker> {
  const served: string[] = [];
  const answer = ({ url = '', headers, method }: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(url, 'http://worker.example');
    const path = decodeURIComponent(pathname);
    const [, , album, name] = path.split('/');
    const file = facts()
      .albums.find(({ title }) => title === album)
      ?.files.find(({ filename }) => filename === name);
    if (!file || !isSigned(path, searchParams.get('sign') ?? '', Date.now(), linkToken)) {
      response.writeHead(403).end();
      return;
    }
    served.push(path);
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
    const first = Number(from ?? 0);
    const last = Math.min(to === undefined || to === '' ? Infinity : Number(to), file.bytes - 1);
    if (first > last) {
      response.writeHead(416, { 'Content-Range': `bytes */${file.bytes}` }).end();
      return;
    }
    const range = from === undefined ? {} : { 'Content-Range': `bytes ${first}-${last}/${file.bytes}` };
    response.writeHead(from === undefined ? 200 : 206, {
      'Content-Length': last - first + 1,
      'Content-Type': name?.endsWith('.mp4') === true ? 'video/mp4' : 'image/jpeg',
      'Accept-Ranges': 'bytes',
      ...range,
    });
    if (method === 'HEAD') response.end();
    else createReadStream(join(facts().folder, file.path), { start: first, end: last }).pipe(response);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
