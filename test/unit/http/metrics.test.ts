import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../../src/log.js';
import { addGauge, createMetrics, type Metrics } from '../../../src/http/metrics.js';
import { createHttpServer, type HttpServer } from '../../../src/http/server.js';

describe('metrics', () => {
  let metrics: Metrics;
  let server: HttpServer;
  let url: URL;

  beforeEach(async () => {
    metrics = createMetrics();
    server = createHttpServer({
      handle: (request, response) => metrics.answer(request, response),
      allowedHosts: [],
      log: createLog({ level: 'silent' }),
    });
    [url] = (await server.listen('127.0.0.1', 0)) as [URL];
  });
  afterEach(() => server.close(0));

  it('count bytes, what is open, and what became of requests', async () => {
    const transfer = metrics.transfer();
    metrics.transfer().end();
    transfer.sent(1_000);
    transfer.sent(24);
    metrics.delivered('redirect', 'redirect');
    metrics.delivered('redirect', 'stream');
    metrics.delivered('redirect', 'stream');
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = (await answer.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE photodav_media_bytes_total counter',
        'photodav_media_bytes_total 1024',
        'photodav_open_transfers 1',
        'photodav_deliveries_total{policy="redirect",outcome="redirect"} 1',
        'photodav_deliveries_total{policy="redirect",outcome="stream"} 2',
      ]),
    );
  });

  it('begin at 0 in each server of a process', async () => {
    createMetrics().transfer().sent(5);
    expect(await (await fetch(url)).text()).toContain('photodav_media_bytes_total 0\n');
  });

  it('read a gauge each time they are asked for, and tell nothing of one without readings', async () => {
    const readings: { labels: { colour: string }; value: number }[] = [];
    addGauge(metrics.registry, { name: 'lamps', help: 'lamps that are on', labelNames: ['colour'] }, () =>
      Promise.resolve(readings),
    );
    expect(await (await fetch(url)).text()).not.toMatch(/^lamps/m);
    const red = { labels: { colour: 'red' }, value: 1 };
    readings.push(red);
    expect(await (await fetch(url)).text()).toContain('lamps{colour="red"} 1\n');
    red.value = 2;
    expect(await (await fetch(url)).text()).toContain('lamps{colour="red"} 2\n');
  });

  it('have a HEAD without a body', async () => {
    const head = await fetch(url, { method: 'HEAD' });
    expect(Number(head.headers.get('content-length'))).toBe((await (await fetch(url)).arrayBuffer()).byteLength);
    expect(await head.text()).toBe('');
  });
});
