import { z } from 'zod';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { parseJson } from '../google/answer.js';
import { wireFault, type Transport } from '../google/transport.js';
import { linkFailure } from './link-failure.js';

/** Where an item's bytes are; grants access to whoever holds it, so it is in no log and no error. */
export interface Link {
  readonly url: string;
  /** To be sent to the origin of `url` and nowhere else; by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long it is good from now on. */
  readonly lifeMs: number;
}

export interface GatewayOptions {
  readonly gateway: URL;
  readonly linkToken: string;
  readonly transport: Transport;
  readonly clock: Clock;
}

const MAX_LIFE_MS = 50 * 60_000;
/** Where the gateway does not tell. */
const USUAL_LIFE_MS = 5 * 60_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Of a message and its connection, not of the item. */
const NOT_SENT = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'via']);

/** AList's answer, `code` included: some gateways say what is wrong there alone, under a 200. */
const ANSWER = z.object({
  code: z.int(),
  data: z
    .object({ url: z.url({ protocol: /^https?$/ }), header: z.record(z.string(), z.array(z.string())).nullish() })
    .nullish(),
});

/** The gateway, as a worker asks it for links (AList's `POST /api/fs/link`). */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #address: URL;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { gateway } = options;
    this.#address = new URL('api/fs/link', gateway.href.endsWith('/') ? gateway : `${gateway.href}/`);
  }

  /**
   * Where the bytes of the item at `path` are; a path is as people read it, without percent-encoding. `isRenewal` says that
   * the link given before was refused. NOT_FOUND if the gateway has no such item; SOURCE_UNAVAILABLE, with the gateway's
   * status and `Retry-After` where it said 503, for everything else.
   */
  async link(path: string, isRenewal = false): Promise<Link> {
    const { transport, linkToken, clock } = this.#options;
    try {
      const { statusCode, headers, body } = await transport.request(this.#address, {
        method: 'POST',
        headers: { authorization: linkToken, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(isRenewal ? { path, refresh: true } : { path }),
      });
      const answer = ANSWER.safeParse(parseJson(await textOf(body)));
      const status = statusCode === 200 && answer.success ? answer.data.code : statusCode;
      const data = answer.data?.data;
      if (status === 200 && data) {
        return { url: data.url, headers: headersOf(data.header ?? {}), lifeMs: lifeOf(headers['cache-control']) };
      }
      throw linkFailure(status, headers['retry-after'], clock.now());
    } catch (error) {
      throw error instanceof AppError ? error : unreachable(error);
    }
  }
}

function headersOf(header: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, string>> {
  const all = Object.entries(header).map(([name, values]) => [name.toLowerCase(), values.join(', ')] as const);
  return Object.fromEntries(all.filter(([name]) => !NOT_SENT.has(name)));
}

function lifeOf(cacheControl: string | string[] | undefined): number {
  const [, seconds] = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(String(cacheControl)) ?? [];
  return seconds === undefined ? USUAL_LIFE_MS : Math.min(Number(seconds) * 1000, MAX_LIFE_MS);
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unreachable(error: unknown): AppError {
  const cause = wireFault(error);
  const code = 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  return new AppError('SOURCE_UNAVAILABLE', `the gateway cannot be reached${code}`, {
    cause,
    advice: 'check that the gateway runs, and that PHOTODAV_GATEWAY is its address',
  });
}
