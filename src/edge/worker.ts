import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.js';
import { steadied } from '../delivery/steady.js';
import { AppError } from '../errors.js';
import { googleAddresses } from '../google/addresses.js';
import { MediaClient } from '../google/media.js';
import type { ProxySettings } from '../google/transport.js';
import { parsePath } from '../http/path.js';
import { createHttpServer } from '../http/server.js';
import type { Log } from '../log.js';
import { checkSign } from './check-sign.js';
import { answerEndpoint } from './endpoints.js';
import { Gateway } from './gateway.js';
import { Links } from './links.js';
import { isOwnAddress, refuseLoop, ViaTransport } from './loops.js';
import { createWorkerMetrics, type WorkerMetrics } from './metrics.js';
import { sendItem } from './send-item.js';
import { checkGateway } from './start-check.js';
import { unmetered } from './unmetered.js';
import { Upstream, type BytesRequest } from './upstream.js';
import { WrongSigns } from './wrong-signs.js';

export interface WorkerOptions {
  readonly gateway: URL;
  /** The gateway's: signs are checked with it, and links asked for. */
  readonly linkToken: string;
  readonly host: string;
  readonly port: number;
  /** Hosts besides Google's that bytes may come from, without port. */
  readonly allowedHosts: readonly string[];
  /** Replaces Google's addresses, as an emulator needs. */
  readonly googleEndpoint?: URL;
  readonly proxy: ProxySettings;
  /** How long a body may stand still. */
  readonly idleTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Fetches what a gateway's links lead to, for whoever has a link. Built but not listening; keeps nothing on disk. */
export interface Worker {
  /** Resolves with the addresses to ask. Throws LISTEN_FAILED, and CONFIG_INVALID if the gateway is this worker itself. */
  listen(): Promise<readonly URL[]>;
  /** Stops accepting, lets running answers finish for ten seconds, then ends them. */
  close(): Promise<void>;
}

const GRACE_MS = 10_000;
const ALLOW = 'OPTIONS, GET, HEAD';

export function createWorker(options: WorkerOptions): Worker {
  const { gateway, linkToken, clock, log } = options;
  const transport = new ViaTransport(options.proxy, { bodyMs: options.idleTimeoutMs });
  const metrics = createWorkerMetrics();
  const asked = new Gateway({ gateway, linkToken, transport, clock });
  const upstream = createUpstream(options, { asked, transport, metrics });
  const wrongSigns = new WrongSigns(clock, log);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: target = '' } = request;
    response.once('close', () => {
      if (response.headersSent) metrics.answered(response.statusCode);
    });
    if (method === 'OPTIONS') {
      response.writeHead(204, { Allow: ALLOW }).end();
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') throw notOffered(method, response);
    // The sign is none of the path, whose length is limited.
    const { segments, endsInSlash } = parsePath(target.replace(/\?.*$/s, ''));
    if (await answerEndpoint(segments, { request, response, metrics })) return;
    const path = `/${segments.join('/')}${endsInSlash ? '/' : ''}`;
    checkSign(target, { path, linkToken, nowMs: clock.now(), onWrong: () => wrongSigns.add() });
    // Told in the log, so only of who has a sign.
    refuseLoop(request);
    const open = (asked: BytesRequest) => upstream.open(path, asked);
    await sendItem(request, response, {
      name: segments.at(-1) ?? '',
      open,
      keep: (content, signal) => steadied(content, { open, signal, clock, log }),
      transfer: () => metrics.transfer(),
    });
  };

  // Its public name is the reverse proxy's to choose, and a page that is made to lead here has no sign.
  const http = createHttpServer({ handle, allowedHosts: 'any', log });
  const closing = new AbortController();
  const close = async (): Promise<void> => {
    closing.abort();
    await http.close(GRACE_MS);
    await transport.close();
  };
  return {
    async listen() {
      const urls = await http.listen(options.host, options.port);
      if (!isOwnAddress(gateway, urls)) {
        void checkGateway(asked, log, closing.signal);
        return urls;
      }
      await close();
      throw new AppError('CONFIG_INVALID', 'the gateway is the address that this worker listens on itself', {
        advice: 'set PHOTODAV_GATEWAY to the address of `photodav serve`, or choose another port with --port',
      });
    },
    close,
  };
}

interface UpstreamParts {
  readonly asked: Gateway;
  readonly transport: ViaTransport;
  readonly metrics: WorkerMetrics;
}

function createUpstream(
  { allowedHosts, googleEndpoint, clock, log }: WorkerOptions,
  { asked, transport, metrics }: UpstreamParts,
): Upstream {
  const addresses = googleAddresses(googleEndpoint);
  return new Upstream({
    links: new Links({
      async ask(path, isRenewal) {
        let outcome: 'link' | 'failure' = 'failure';
        try {
          const link = await asked.link(path, isRenewal);
          outcome = 'link';
          return link;
        } finally {
          metrics.linked(outcome);
        }
      },
      clock,
    }),
    media: new MediaClient({
      transport,
      mayServeBytes: (url) => addresses.mayServeBytes(url) || allowedHosts.includes(url.hostname),
      strangerAdvice: 'add that host to --allowed-hosts, or give the --google-endpoint of the gateway',
      quota: unmetered(clock),
      clock,
      log,
    }),
    clock,
  });
}

function notOffered(method: string, response: ServerResponse): AppError {
  response.setHeader('Allow', ALLOW);
  return new AppError('BAD_REQUEST', `${method} is not offered`, { status: 405, advice: `use one of ${ALLOW}` });
}
