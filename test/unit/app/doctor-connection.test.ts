import { describe, expect, it } from '@jest/globals';
import { CLOCK, CONNECTION, PROXIES } from '../../../src/app/doctor/network-checks.js';
import { openSetup, type Setup } from '../../../src/app/doctor/setup.js';
import type { HostAnswer } from '../../../src/app/doctor/hosts.js';
import { SYSTEM_CLOCK } from '../../../src/clock.js';
import type { System } from '../../../src/config/folders.js';
import { createLog } from '../../../src/log.js';

const GOOGLE = new URL('https://photoslibrary.googleapis.com');
const { signal } = new AbortController();

/** A set-up on such a system, to which Google answers like this. */
async function setupOf(
  platform: System['platform'],
  answer: Partial<HostAnswer>,
  env: System['env'] = {},
): Promise<Setup> {
  const system = { env, platform, home: '/home/me', workingFolder: '/' };
  const log = createLog({ level: 'silent' });
  const setup = await openSetup({}, { system, log, clock: SYSTEM_CLOCK, nodeVersion: '22.0.0', closing: signal });
  return { ...setup, hosts: () => Promise.resolve([{ origin: GOOGLE, ...answer }]) };
}

const fault = (code: string) => ({ fault: Object.assign(new Error('it failed'), { code }) });

describe('a connection to Google that fails', () => {
  // AList's third note: on Windows, with clash, folders show and cannot be opened.
  it.each(['UND_ERR_CONNECT_TIMEOUT', 'ECONNRESET', 'ENOTFOUND'])(
    'leads to the TUN mode of clash, or HTTPS_PROXY, on Windows (%s)',
    async (code) => {
      const found = await CONNECTION.run(await setupOf('win32', fault(code)), signal);
      expect(found).toMatchObject({ status: 'failure', code: 'SOURCE_UNAVAILABLE' });
      expect(found.message).toMatch(
        new RegExp(`photoslibrary\\.googleapis\\.com cannot be (reached|looked up) \\(${code}\\)`),
      );
      expect(found.advice).toMatch(/clash .* TUN mode, or set HTTPS_PROXY/);
    },
  );

  it('leads to the network first elsewhere', async () => {
    const found = await CONNECTION.run(await setupOf('linux', fault('ETIMEDOUT')), signal);
    expect(found.advice).toMatch(/^look at the network and the firewall; .*TUN mode/);
  });

  it('leads to the proxy where one is used', async () => {
    const env = { HTTPS_PROXY: 'http://u:geheim@proxy.example:3128' };
    const found = await CONNECTION.run(await setupOf('linux', fault('ECONNRESET'), env), signal);
    expect(found.message).toBe(
      'photoslibrary.googleapis.com cannot be reached through the proxy proxy.example:3128 (ECONNRESET)',
    );
  });
});

it('looks for no proxy where Google is left out of it', async () => {
  const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'localhost,.googleapis.com' };
  const found = await PROXIES.run(await setupOf('linux', {}, env), signal);
  expect([found.status, found.message]).toEqual(['ok', 'the proxy 127.0.0.1:9 is set, and Google is left out of it']);
});

it('tells on Windows that the proxy of the system is not used', async () => {
  const found = await PROXIES.run(await setupOf('win32', {}), signal);
  expect(found).toMatchObject({ status: 'ok', message: 'Google is asked directly' });
  expect(found.advice).toMatch(/TUN mode/);
});

it('compares no clock with a time that was not told', async () => {
  expect((await CLOCK.run(await setupOf('linux', {}), signal)).status).toBe('skipped');
});
