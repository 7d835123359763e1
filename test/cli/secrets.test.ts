import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { addressAfter } from '../support/consenting.js';
import { obey } from './obeying.js';
import { clientAt, makeHome, readyUrls, run, start, talk, type Running } from './photodav.js';

const PICKER_SCOPE = 'https://www.googleapis.com/auth/photospicker.mediaitems.readonly';
const CONSENT = /http:\/\/\S+\/o\/oauth2\/v2\/auth\?\S+(?=\n)/;

let home: Awaited<ReturnType<typeof makeHome>>;
let emulator: Emulator;
/** Everything that anybody could read: what programs said, pages, answers, files, process lists. */
const written: string[] = [];

const settings = (): Record<string, string> => ({
  ...clientAt(emulator),
  PHOTODAV_SOURCE: 'picker',
  PHOTODAV_DATA_DIR: join(home.path, 'data'),
  PHOTODAV_LOG_LEVEL: 'debug',
});

async function said(args: readonly string[], env: Readonly<Record<string, string>> = settings()): Promise<void> {
  await heard(start(home.path, args, env));
}

async function heard(running: Running): Promise<void> {
  written.push(await processList(running));
  const { stdout, stderr } = await running.outcome;
  written.push(stdout, stderr);
}

/** What `ps` shows of the process and its children. */
async function processList({ child }: Running): Promise<string> {
  const tasks = `/proc/${child.pid}/task/${child.pid}/children`;
  const children = (await readFile(tasks, 'utf8').catch(() => '')).split(' ').filter((pid) => pid !== '');
  const lines = [String(child.pid), ...children].map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(lines)).join('\n');
}

/** Runs a command for a person who agrees to everything, and picks. */
async function obeyed(args: readonly string[], count = 1, env = settings()): Promise<void> {
  const running = start(home.path, args, env);
  obey(emulator, running, count);
  await heard(running);
}

/** Pastes the address of another sign-in, and gives up. */
async function pastedForeign(): Promise<void> {
  const conversation = talk(home.path, ['login', '--no-browser'], settings());
  const [consent] = await conversation.heard(CONSENT);
  const address = await addressAfter(new URL(consent));
  address.searchParams.set('state', 'another');
  conversation.say(address.href);
  await conversation.heard(/another sign-in|other/);
  conversation.child.kill('SIGINT');
  const { stdout, stderr } = await conversation.outcome;
  written.push(stdout, stderr);
}

async function fetched(url: string | URL, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  written.push(JSON.stringify([...response.headers]), text);
  return text;
}

/** Every file of the data folder but the sign-ins themselves. */
async function stored(): Promise<readonly string[]> {
  const entries = await readdir(join(home.path, 'data'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('tokens'));
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')));
}

describe('secrets', () => {
  beforeAll(async () => {
    home = await makeHome();
    emulator = await startEmulator({ items: 30, levers: { pollIntervalMs: 50 } });
  });

  afterAll(async () => {
    await emulator.close();
    await home.remove();
  });

  it('are in nothing that is said, logged, shown or stored beside the sign-ins', async () => {
    // Sign-ins that fail, each in its way, before the one that succeeds.
    const login = ['login', '--no-browser'];
    emulator.fail({ route: 'token', status: 500, count: 9 });
    await obeyed(login);
    emulator.clearFaults();
    emulator.levers.untickedScopes = [PICKER_SCOPE];
    await obeyed(login);
    emulator.levers.untickedScopes = [];
    await pastedForeign();
    await obeyed(login, 1, { ...settings(), PHOTODAV_CLIENT_SECRET: emulator.otherClient.clientSecret });
    await obeyed(login);
    await writeFile(join(home.path, 'token.json'), JSON.stringify({ refresh_token: emulator.ready.refreshToken }));
    await said(['login', '--import', 'token.json', '--account', 'imported']);
    await obeyed(['pick', '--no-browser', '--folder', 'Kept', '--pin'], 5);
    await obeyed(['pick', '--no-browser', '--folder', 'Passing'], 20);

    const ready = join(home.path, 'ready.json');
    const server = start(home.path, ['serve', '--port', '0', '--ready-file', ready], settings());
    const [url = ''] = await readyUrls(server, ready);
    const propfind = { method: 'PROPFIND', headers: { Depth: '1' } };
    const listing = await fetched(new URL('Passing/', url), propfind);
    const [photo = ''] = /\/Passing\/[^<]+\.jpg/.exec(listing) ?? [];
    await fetched(new URL(photo, url));
    await fetched(new URL('Passing/', url), { headers: { Accept: 'text/html' } });
    await fetched(new URL('.photodav/metrics', url));
    emulator.expireBaseUrls();
    emulator.expireTokens();
    await fetched(new URL(photo, url));
    emulator.fail({ route: 'media.get', status: 500, count: 20 });
    emulator.fail({ route: 'picker', status: 500, count: 20 });
    await fetched(new URL(photo, url));
    emulator.clearFaults();
    await said(['doctor']);
    await said(['doctor', '--json']);
    await said(['picks', 'list', '--json']);
    await said(['config', 'show']);
    emulator.revokeTokens();
    await fetched(new URL(photo, url));
    await said(['doctor']);
    await said(['logout']);
    await fetched(new URL(photo, url));
    server.child.kill('SIGTERM');
    await heard(server);
    await run(home.path, ['picks', 'remove', 'Passing', '--yes'], settings());
    written.push(...(await stored()));

    const secrets = [...emulator.issued(), emulator.ready.refreshToken];
    expect(secrets.length).toBeGreaterThan(20);
    // All of it has happened.
    for (const sign of ['Signed in: account default', '5 items picked', '/Passing/', 'invalid_grant']) {
      expect([sign, written.some((text) => text.includes(sign))]).toEqual([sign, true]);
    }
    const found = secrets.filter((secret) => written.some((text) => text.includes(secret)));
    expect(found).toEqual([]);
    // So would they be found.
    const kept = await readdir(join(home.path, 'data', 'tokens'));
    const tokens = await Promise.all(kept.map((name) => readFile(join(home.path, 'data', 'tokens', name), 'utf8')));
    expect(secrets.some((secret) => tokens.some((text) => text.includes(secret)))).toBe(true);
  }, 240_000);
});
