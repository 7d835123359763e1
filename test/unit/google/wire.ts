import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLog } from '../../../src/log.js';
import { googleAddresses } from '../../../src/google/addresses.js';
import { Auth } from '../../../src/google/auth.js';
import { ConfiguredKeeper } from '../../../src/google/auth/keeper.js';
import { Governor } from '../../../src/google/quota.js';
import { RestClient } from '../../../src/google/rest.js';
import type { GoogleService } from '../../../src/google/services.js';
import type { Transport } from '../../../src/google/transport.js';
import { HurriedClock } from '../../support/hurried-clock.js';
import { memoryCounters } from '../../support/source-context.js';

/** A server on a port of its own, for what no honest server does on the wire. */
export interface OddServer {
  readonly origin: string;
  /** Requests as they came. */
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}

export async function oddServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<OddServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const SILENT = createLog({ level: 'silent' });

export async function governorFor(clock: HurriedClock): Promise<Governor> {
  return Governor.open({
    project: '1',
    perDay: { api: 10_000, bytes: 75_000 },
    probeIntervalMs: 900_000,
    counters: memoryCounters(),
    clock,
    log: SILENT,
  });
}

/** A client of one of Google's APIs that asks this server, signed in. */
export async function restAt(
  { origin }: OddServer,
  { service, transport }: { readonly service: GoogleService; readonly transport: Transport },
): Promise<RestClient> {
  const url = new URL(origin);
  const clock = new HurriedClock();
  const credentials = { clientId: '1-a', clientSecret: 'b', accessToken: 'c' };
  const parts = { addresses: googleAddresses(url), transport, clock, log: SILENT };
  const auth = new Auth(new ConfiguredKeeper(credentials), parts);
  const { api: quota } = await governorFor(clock);
  return new RestClient({ origin: url, service, auth, transport, quota, clock, log: SILENT });
}
