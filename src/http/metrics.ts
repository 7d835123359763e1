import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';

/** One body that is being sent. */
export interface Transfer {
  /** Counts bytes that went to the client. */
  sent(bytes: number): void;
  /** To be called once, however the body has ended. */
  end(): void;
}

/** What has been delivered since the start, as Prometheus reads it. Labels are few and fixed: never a path, never a user. */
export interface Metrics {
  /** Where a program counts what it alone does. */
  readonly registry: Registry;
  /** Counts an answer to a request for media; `policy` is a name of the configuration. */
  delivered(policy: string, outcome: 'stream' | 'redirect'): void;
  transfer(): Transfer;
  /** Answers GET and HEAD with all of it, in Prometheus' text format. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** One value of a gauge. */
export interface Reading<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  readonly value: number;
}

/** Adds a gauge that is read each time somebody asks for the metrics. */
export function addGauge<L extends string>(
  registry: Registry,
  names: { readonly name: string; readonly help: string; readonly labelNames: readonly L[] },
  read: () => Promise<readonly Reading<L>[]>,
): void {
  const gauge = new Gauge({
    ...names,
    registers: [registry],
    async collect() {
      for (const { labels, value } of await read()) gauge.set(labels, value);
    },
  });
}

/** Counters that begin at 0 and belong to whoever makes them, so that several servers of a process do not mix. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const bytes = new Counter({
    name: 'photodav_media_bytes_total',
    help: 'bytes of media sent to clients',
    registers,
  });
  const deliveries = new Counter({
    name: 'photodav_deliveries_total',
    help: "requests for media, by the mount's policy and by what became of them",
    labelNames: ['policy', 'outcome'],
    registers,
  });
  const open = new Gauge({
    name: 'photodav_open_transfers',
    help: 'bodies of media that are being sent now',
    registers,
  });

  return {
    registry,
    delivered: (policy, outcome) => deliveries.inc({ policy, outcome }),
    transfer() {
      open.inc();
      return { sent: (count) => bytes.inc(count), end: () => open.dec() };
    },
    async answer({ method }, response) {
      const text = Buffer.from(await registry.metrics());
      response
        .writeHead(200, {
          'Content-Type': registry.contentType,
          'Content-Length': text.length,
          'Cache-Control': 'no-store',
        })
        .end(method === 'HEAD' ? undefined : text);
    },
  };
}
