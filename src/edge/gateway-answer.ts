import { z } from 'zod';
import { parseJson } from '../google/json.js';
import type { Transport } from '../google/transport.js';

/** What came of a question to the gateway. */
export interface GatewayAnswer {
  /** AList's code where one came, for some gateways say what is wrong there alone, under a 200; else HTTP's status. */
  readonly status: number;
  /** False for what is none of AList's API: another server's answer, or another program's. */
  readonly isOfApi: boolean;
  /** Where the item is; null or absent without one. */
  readonly data?: LinkData | null | undefined;
  readonly retryAfter: string | undefined;
  readonly cacheControl: string | undefined;
}

type LinkData = NonNullable<z.output<typeof ENVELOPE>['data']>;
type Response = Awaited<ReturnType<Transport['request']>>;

const MAX_BYTES = 64 * 1024;

/** AList's answer. */
const ENVELOPE = z.object({
  code: z.int(),
  data: z
    .object({ url: z.url({ protocol: /^https?$/ }), header: z.record(z.string(), z.array(z.string())).nullish() })
    .nullish(),
});

/** Reads the answer whole. Throws if it breaks off. */
export async function readAnswer({ statusCode, headers, body }: Response): Promise<GatewayAnswer> {
  const envelope = ENVELOPE.safeParse(parseJson(await textOf(body)));
  return {
    status: statusCode === 200 && envelope.success ? envelope.data.code : statusCode,
    isOfApi: envelope.success,
    data: envelope.data?.data,
    retryAfter: single(headers['retry-after']),
    cacheControl: single(headers['cache-control']),
  };
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
