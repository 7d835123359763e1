import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { until } from '../support/eventually.js';
import { accountAt, makeHome, readyUrls, run, start, type Running } from './photodav.js';

let home: Awaited<ReturnType<typeof makeHome>>;
let emulator: Emulator;
let running: Running | undefined;
beforeAll(async () => {
  emulator = await startEmulator({ items: 3 });
  home = await makeHome();
});
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.outcome;
  emulator.levers.mediaLatencyMs = 0;
});
afterAll(async () => {
  await emulator.close();
  await home.remove();
});

const account = () => accountAt(emulator);

let runs = 0;
async function serve(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const readyFile = join(home.path, `ready-${(runs += 1)}`);
  const started = start(home.path, ['--port', '0', '--ready-file', readyFile, ...args], env);
  running = started;
  const [url = ''] = await readyUrls(started, readyFile);
  return { ...started, url };
}

async function pathOfAnItem(url: string): Promise<string> {
  const listing = await (await fetch(`${url}All/`, { method: 'PROPFIND', headers: { Depth: '1' } })).text();
  const hrefs = [...listing.matchAll(/<D:href>([^<]*)<\/D:href>/g)].map(([, href = '']) => href);
  return hrefs.find((href) => !href.endsWith('/')) ?? '';
}

/** Asks for an item whose bytes Google is slow to send; resolves once Google has been asked. */
async function askSlowly(url: string, latencyMs: number) {
  const path = await pathOfAnItem(url);
  const opened = () => emulator.counters()['media.get'] ?? 0;
  const before = opened();
  emulator.levers.mediaLatencyMs = latencyMs;
  const done = fetch(new URL(path, url)).then(async (answer) => ({
    status: answer.status,
    headers: answer.headers,
    body: await answer.arrayBuffer(),
  }));
  await until(() => opened() > before);
  return { done };
}

describe('a start', () => {
  it('with nothing configured shows the demo, says so, and tells how to open it and how to connect an account', async () => {
    const { url, child, outcome } = await serve({});
    expect((await fetch(url)).status).toBe(200);
    child.kill('SIGTERM');
    const { code, stdout } = await outcome;
    expect(code).toBe(0);
    expect(stdout).toContain('photodav shows a demo library');
    expect(stdout).toContain('Nothing is configured yet');
    expect(stdout).toContain(`  ${url}\n`);
    expect(stdout).toContain(`--webdav-url ${url}`);
    expect(stdout).toContain('It is read-only, and only programs on this machine can reach it, without a password.');
  });

  it('with an account tells what Google lets it see, and no secret', async () => {
    const { url, child, outcome } = await serve(account(), ['--log-level', 'debug']);
    expect((await fetch(url)).status).toBe(200);
    child.kill('SIGTERM');
    const { stdout, stderr } = await outcome;
    expect(stdout).toContain('what this client id uploaded, for Google shows an app nothing else');
    expect(stdout).not.toContain('Nothing is configured');
    const { clientSecret, refreshToken } = emulator.ready;
    for (const secret of [clientSecret, refreshToken]) expect(stdout + stderr).not.toContain(secret);
  });

  it('answers while Google cannot be reached', async () => {
    const { url } = await serve({ ...account(), PHOTODAV_GOOGLE_ENDPOINT: 'http://127.0.0.1:9' });
    expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(200);
  });

  it('makes a data folder that only its owner can read', async () => {
    await serve(account(), ['--data-dir', 'fresh/data']);
    expect((await stat(join(home.path, 'fresh', 'data'))).mode & 0o777).toBe(0o700);
  });

  it('on a port that is taken is refused with exit code 5, and leaves no ready file of an earlier run', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const port = String((other.address() as AddressInfo).port);
    const readyFile = join(home.path, 'stale');
    await writeFile(readyFile, '{"urls":["http://127.0.0.1:1/"]}\n');
    const { code, stdout, stderr } = await run(home.path, ['--port', port, '--ready-file', readyFile], account());
    other.close();
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toMatch(new RegExp(`^error: .*${port}.*\\nadvice: .*--port 0 .*\\n$`));
    expect(existsSync(readyFile)).toBe(false);
  });
});

describe('a refresh', () => {
  const countItems = async (url: string): Promise<number> => {
    const listing = await (await fetch(`${url}All/`, { method: 'PROPFIND', headers: { Depth: '1' } })).text();
    return [...listing.matchAll(/<D:href>[^<]*[^/]<\/D:href>/g)].length;
  };

  it.each([
    ['SIGHUP', (): Promise<unknown> => Promise.resolve(running?.child.kill('SIGHUP'))],
    [
      'POST /.photodav/refresh',
      (url: string): Promise<unknown> => fetch(`${url}.photodav/refresh`, { method: 'POST' }),
    ],
  ])('by %s shows at once what is new', async (_, refresh) => {
    const { url } = await serve(account(), ['--catalog-store', 'memory']);
    const before = await countItems(url);
    emulator.change({ add: { takenAt: '2025-06-01T12:00:00Z' } });
    expect(await countItems(url)).toBe(before);
    await refresh(url);
    let after = before;
    await until(async () => (after = await countItems(url)) > before);
    expect(after).toBe(before + 1);
  });
});

describe('an end', () => {
  it.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const)('by %s gives exit code %d', async (signal, code) => {
    const { child, outcome } = await serve(account());
    child.kill(signal);
    expect((await outcome).code).toBe(code);
  });

  it('by SIGTERM lets a running answer finish', async () => {
    const { url, child, outcome } = await serve(account());
    const answer = await askSlowly(url, 700);
    child.kill('SIGTERM');
    const { status, headers, body } = await answer.done;
    expect([status, String(body.byteLength)]).toEqual([200, headers.get('content-length')]);
    expect((await outcome).code).toBe(0);
  });

  it('by a second signal comes at once', async () => {
    const { url, child, outcome } = await serve(account());
    const answer = await askSlowly(url, 60_000);
    const cut = expect(answer.done).rejects.toThrow();
    child.kill('SIGTERM');
    await until(() =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    );
    child.kill('SIGTERM');
    expect((await outcome).code).toBe(143);
    await cut;
  });
});
