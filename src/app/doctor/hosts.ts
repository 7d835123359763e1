import type { Clock } from '../../clock.js';
import type { Config } from '../../config/schema.js';
import type { GoogleAddresses } from '../../google/addresses.js';
import { wireFault, type Transport } from '../../google/transport.js';

/** What a host answered, or why it did not. */
export interface HostAnswer {
  readonly origin: URL;
  /** How far its clock is before ours, in milliseconds, to a second; absent where it told no time. */
  readonly aheadMs?: number;
  /** What went wrong on the wire, such as ENOTFOUND; absent if it answered, whatever that was. */
  readonly fault?: Error & { readonly code?: string };
}

/** Where most base URLs of pictures lead. */
const BYTES = new URL('https://lh3.googleusercontent.com');

/** Those of Google that the mounts need, each once: an API, where access tokens come from, and where bytes do. */
export function neededOrigins({ mounts }: Pick<Config, 'mounts'>, addresses: GoogleAddresses): readonly URL[] {
  const apis = mounts.map(({ source }) => (source === 'picker' ? addresses.picker : addresses.api));
  // An endpoint that replaces Google tells where its bytes are.
  const bytes = isGoogles(addresses.api) ? [BYTES] : [];
  const origins = new Set([...apis, addresses.token, ...bytes].map(({ origin }) => origin));
  return [...origins].map((origin) => new URL(origin));
}

/** False where `google.endpoint` leads elsewhere. */
export function isGoogles({ hostname }: URL): boolean {
  return /\.(googleapis|googleusercontent)\.com$/.test(hostname);
}

/** Asks each of them for its front page, all at the same time: that counts for no quota. Never rejects. */
export async function askHosts(
  origins: readonly URL[],
  { transport, clock }: { readonly transport: Transport; readonly clock: Clock },
): Promise<readonly HostAnswer[]> {
  return Promise.all(
    origins.map(async (origin) => {
      try {
        const askedMs = clock.now();
        const { headers, body } = await transport.request(origin, { method: 'GET' });
        body.on('error', () => undefined).destroy();
        const date = Date.parse(String(headers.date));
        return { origin, ...(Number.isNaN(date) ? {} : { aheadMs: date - (askedMs + clock.now()) / 2 }) };
      } catch (error) {
        return { origin, fault: wireFault(error) };
      }
    }),
  );
}
