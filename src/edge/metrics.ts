import { Counter } from 'prom-client';
import { createMetrics, type Metrics } from '../http/metrics.js';

/** What a worker counts beside what it sends. */
export interface WorkerMetrics extends Pick<Metrics, 'transfer' | 'answer'> {
  answered(status: number): void;
  /** Counts one asking of the gateway. */
  linked(outcome: 'link' | 'failure'): void;
}

export function createWorkerMetrics(): WorkerMetrics {
  const metrics = createMetrics();
  const registers = [metrics.registry];
  const answers = new Counter({
    name: 'photodav_proxy_answers_total',
    help: 'requests answered, by status',
    labelNames: ['status'],
    registers,
  });
  const links = new Counter({
    name: 'photodav_proxy_links_total',
    help: 'links asked of the gateway, by what came',
    labelNames: ['outcome'],
    registers,
  });
  return {
    ...metrics,
    answered: (status) => answers.inc({ status }),
    linked: (outcome) => links.inc({ outcome }),
  };
}
