import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { steady, type OpenBytes } from '../../../src/delivery/steady.js';
import { MediaClient } from '../../../src/google/media.js';
import { Transport } from '../../../src/google/transport.js';
import { createLog } from '../../../src/log.js';
import { HurriedClock } from '../../support/hurried-clock.js';
import { governorFor, oddServer, type OddServer } from '../google/wire.js';

const SIZE = 5_000_000;
const BYTES = Buffer.from(Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
const IDLE_MS = 1_000;

/** What the server does once it has sent its first `bytes`. */
type Then = (response: ServerResponse) => void;

let server: OddServer;
let transport: Transport;
let open: OpenBytes;
/** One for each answer in turn; those after them are whole. */
let answers: { readonly bytes: number; readonly then: Then; readonly etag?: string }[];

beforeEach(async () => {
  answers = [];
  server = await oddServer((request, response) => {
    const { bytes = SIZE, then = (whole: ServerResponse) => whole.end(), etag = '"v1"' } = answers.shift() ?? {};
    const [, from] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
    const first = Number(from ?? 0);
    response.writeHead(from === undefined ? 200 : 206, {
      ETag: etag,
      'Content-Length': SIZE - first,
      ...(from === undefined ? {} : { 'Content-Range': `bytes ${first}-${SIZE - 1}/${SIZE}` }),
    });
    response.write(BYTES.subarray(first, first + bytes), () => then(response));
  });
  transport = new Transport({}, { bodyMs: IDLE_MS });
  const clock = new HurriedClock();
  const log = createLog({ level: 'silent' });
  const { bytes: quota } = await governorFor(clock);
  const media = new MediaClient({ transport, mayServeBytes: () => true, quota, clock, log });
  open = steady(
    async (options) => {
      const opened = await media.open(server.origin, options);
      if (opened.kind === 'refused') throw new Error(`refused with ${opened.status}`);
      return opened;
    },
    { clock, log },
  );
});
afterEach(async () => {
  await transport.close();
  await server.close();
});

async function isRight(body: Readable): Promise<boolean> {
  return (await buffer(body)).equals(BYTES);
}

describe('a body over the wire', () => {
  it('goes on after a reset, and after an end that comes early', async () => {
    answers = [
      { bytes: 1_000_000, then: (response) => response.socket?.resetAndDestroy() },
      { bytes: 1_000_000, then: (response) => response.socket?.end() },
    ];
    expect(await isRight((await open({})).body)).toBe(true);
    expect(server.requests).toHaveLength(3);
  });

  it('goes on when the upstream stands still for longer than it may', async () => {
    answers = [{ bytes: 1_000_000, then: () => undefined }];
    expect(await isRight((await open({})).body)).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it('waits for a reader who pauses, however long, without asking again', async () => {
    const { body } = await open({});
    body.once('readable', () => undefined);
    await delay(3 * IDLE_MS);
    expect(await isRight(body)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it('fails when the version has changed', async () => {
    answers = [
      { bytes: 1_000_000, then: (response) => response.destroy() },
      { bytes: SIZE, then: (response) => response.end(), etag: '"v2"' },
    ];
    await expect(isRight((await open({})).body)).rejects.toThrow('the item changed while it was read');
  });

  it('ends with its length, whatever the upstream sends beyond it', async () => {
    answers = [{ bytes: SIZE, then: (response) => response.socket?.write('more than was told') }];
    expect(await isRight((await open({})).body)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });
});
