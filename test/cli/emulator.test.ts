import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProxyAgent, request } from 'undici';
import type { ReadyLine } from '../../src/emulator/emulator.js';
import { makeHome, run, start, type Running } from './photodav.js';

let home: Awaited<ReturnType<typeof makeHome>>;
beforeAll(async () => {
  home = await makeHome();
});
afterAll(() => home.remove());

const readyLine = async ({ child }: Running): Promise<ReadyLine> => {
  const [text] = (await once(child.stdout!, 'data')) as [string];
  return JSON.parse(text) as ReadyLine;
};

describe('photodav emulator', () => {
  it('with --tls tells a certificate and a proxy, which lead to it by name, and takes both away at the end', async () => {
    const running = start(home.path, ['emulator', '--items', '3', '--tls']);
    const { caFile, proxy } = await readyLine(running);
    const dispatcher = new ProxyAgent({ uri: proxy!, requestTls: { ca: await readFile(caFile!, 'utf8') } });
    const { statusCode } = await request('https://accounts.google.com/.well-known/openid-configuration', {
      dispatcher,
    });
    expect(statusCode).toBe(200);
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.outcome;
    expect([code, stderr, existsSync(caFile!)]).toEqual([0, '', false]);
    await dispatcher.destroy();
  });

  it('with --ca-file writes the certificate there', async () => {
    const file = join(home.path, 'ca.pem');
    const running = start(home.path, ['emulator', '--ca-file', 'ca.pem']);
    expect((await readyLine(running)).caFile).toBe(file);
    running.child.kill('SIGINT');
    await running.outcome;
    expect(await readFile(file, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });

  it('refuses to replace a file that is no certificate', async () => {
    await writeFile(join(home.path, 'notes.txt'), 'mine');
    const { code, stdout, stderr } = await run(home.path, ['emulator', '--ca-file', 'notes.txt']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/notes\.txt.*\nadvice: .*--ca-file/);
  });

  it('speaks no TLS unless asked to', async () => {
    const running = start(home.path, ['emulator']);
    const ready = await readyLine(running);
    expect(Object.keys(ready)).toEqual(['api', 'media', 'clientId', 'clientSecret', 'refreshToken']);
    running.child.kill('SIGTERM');
    expect((await running.outcome).code).toBe(0);
  });
});
