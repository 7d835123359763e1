import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { describeClient } from '../support/clients.js';
import { addressAfter } from '../support/consenting.js';
import { atTerminal, TERMINAL_NEEDS, type AtTerminal, type Window } from './at-terminal.js';
import { makeHome } from './photodav.js';

const NARROW = { columns: 40, rows: 24 };
const CONSENT = /http:\/\/\S+\/o\/oauth2\/v2\/auth\?\S+/;
const WAITS = /Waiting until \d\d:\d\d; Ctrl-C gives up\./;
const ENTER = '\r';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

let home: Awaited<ReturnType<typeof makeHome>>;
let emulator: Emulator;
let env: Readonly<Record<string, string>>;
const opened: AtTerminal[] = [];
beforeEach(async () => {
  home = await makeHome();
  emulator = await startEmulator({ items: 20 });
  emulator.levers.pollIntervalMs = 50;
  const { api, clientId, clientSecret } = emulator.ready;
  env = {
    PHOTODAV_SOURCE: 'picker',
    PHOTODAV_GOOGLE_ENDPOINT: api,
    PHOTODAV_DATA_DIR: join(home.path, 'data'),
    PHOTODAV_CLIENT_ID: clientId,
    PHOTODAV_CLIENT_SECRET: clientSecret,
  };
});
afterEach(async () => {
  for (const terminal of opened.splice(0)) await terminal.close();
  await emulator.close();
  await home.remove();
});

function open(...[args, more, window]: [readonly string[], typeof env, Window?]): AtTerminal {
  const terminal = atTerminal(home.path, args, more, window);
  opened.push(terminal);
  return terminal;
}

async function pasteAnswer(login: AtTerminal): Promise<void> {
  const [consent] = await login.heard(CONSENT);
  await login.heard(/Ctrl-C gives\s+up\./);
  login.type((await addressAfter(new URL(consent))).href + ENTER);
}

const withToken = (): typeof env => ({ ...env, PHOTODAV_REFRESH_TOKEN: emulator.ready.refreshToken });
const linesOf = (shown: string): readonly string[] => shown.split('\n');
/** But for addresses, which nobody could copy otherwise. */
const tooWide = (shown: string, columns: number): readonly string[] =>
  linesOf(shown).filter((line) => line.length > columns && !line.trim().startsWith('http'));

describeClient('photodav login at a terminal', TERMINAL_NEEDS, () => {
  it('takes what is pasted, and wraps between words what it says', async () => {
    const login = open(['login'], env, NARROW);
    await pasteAnswer(login);
    const { code, shown, isAsBefore } = await login.outcome;
    expect([code, isAsBefore]).toEqual([0, true]);
    const [asked = ''] = shown.split('Signed in');
    expect(tooWide(asked.replace(/\n.*code=.*/, ''), NARROW.columns)).toEqual([]);
  });

  it.each([
    ['Ctrl-C', CTRL_C, ''],
    ['Ctrl-D, which alone does not, and Ctrl-C', CTRL_D, 'Nothing can be pasted any more.'],
  ])('ends with %s, and leaves the terminal as it was', async (_, keys, told) => {
    const login = open(['login'], env);
    await login.heard(/what it means;\s+Ctrl-C gives up\./);
    login.type(keys);
    await login.heard(new RegExp(told));
    if (told !== '') login.type(CTRL_C);
    const { code, isAsBefore } = await login.outcome;
    expect([code, isAsBefore]).toEqual([130, true]);
  });

  it('says that it waits for another photodav', async () => {
    const login = open(['login'], env);
    await pasteAnswer(login);
    expect((await login.outcome).code).toBe(0);
    const folder = join(home.path, 'data', 'tokens');
    const [file = ''] = await readdir(folder);
    const lock = join(folder, `${file}.lock`);
    await mkdir(lock);
    const logout = open(['logout'], env);
    await logout.heard(/waiting for another photodav/);
    await rm(lock, { recursive: true });
    expect((await logout.outcome).code).toBe(0);
  });
});

describeClient('photodav pick at a terminal', TERMINAL_NEEDS, () => {
  it('draws a QR code where the window has room for all of it, and leaves nothing behind after Ctrl-C', async () => {
    const pick = open(['pick'], withToken());
    await pick.heard(WAITS);
    pick.type(CTRL_C);
    const { code, shown, isAsBefore } = await pick.outcome;
    expect([code, isAsBefore]).toEqual([130, true]);
    const [, below = ''] = shown.split(/auth\/\S+\n\n/);
    const [visible = ''] = below.split(WAITS);
    expect(linesOf(visible).filter((line) => line.startsWith('\u001b[97;40m'))).toHaveLength(21);
    // With the lines of the waiting and of the cursor.
    expect(linesOf(visible).length + 1).toBeLessThanOrEqual(24);
    expect(emulator.pickingSessions().map(({ state }) => state)).toEqual(['deleted']);
  });

  it.each([
    ['the window is narrow', NARROW, {}],
    ['the window is low', { columns: 80, rows: 20 }, {}],
    ['the terminal is dumb', { columns: 80, rows: 24 }, { TERM: 'dumb' }],
    ['the characters are others', { columns: 80, rows: 24 }, { LANG: 'C' }],
  ])('draws none where %s', async (_, window, more) => {
    const pick = open(['pick'], { ...withToken(), ...more }, window);
    await pick.heard(WAITS);
    pick.type(CTRL_C);
    const { shown } = await pick.outcome;
    expect(shown).not.toContain('▄');
    expect(shown).not.toContain('\u001b');
    expect(tooWide(shown, window.columns)).toEqual([]);
  });

  it('tells of pinning on one line', async () => {
    const pick = open(['pick', '--pin'], withToken());
    await pick.heard(WAITS);
    const [session] = emulator.pickingSessions();
    emulator.pick(session!.id, { count: 5 });
    const { code, shown } = await pick.outcome;
    expect(code).toBe(0);
    expect(linesOf(shown).filter((line) => line.includes('pinned 5 of 5'))).toHaveLength(1);
    expect(shown).toMatch(/\rpinned 5 of 5\n5 of 5 pinned items are on disk\.\n/);
  });
});

describeClient('what is typed at a terminal', TERMINAL_NEEDS, () => {
  it('is not shown where it is a secret, and Ctrl-C brings the terminal back', async () => {
    const init = open(['config', 'init', 'photodav.json'], {}, NARROW);
    await init.heard(/\[\w+\]:/);
    init.type(`picker${ENTER}`);
    await init.heard(/Client id/);
    init.type(`1-a.apps.googleusercontent.com${ENTER}`);
    await init.heard(/Client secret \(not shown\):/);
    init.type('GOCSPX-typed');
    init.type(ENTER);
    await init.heard(/Address to listen on/);
    init.type(CTRL_C);
    const { code, shown, isAsBefore } = await init.outcome;
    expect([code, isAsBefore]).toEqual([130, true]);
    expect(shown).not.toContain('GOCSPX');
    expect(await readdir(home.path)).toEqual([]);
  });
});

describeClient('what a terminal without colours is sent', TERMINAL_NEEDS, () => {
  it.each([[['doctor']], [['serve', '--port', '0']], [['pick', '--help']]])('%j: no escape sequence', async (args) => {
    const program = open(args, { ...withToken(), NO_COLOR: '1' });
    if (args[0] === 'serve') {
      await program.heard(/Ctrl-C ends it\./);
      program.type(CTRL_C);
    }
    const { shown, isAsBefore } = await program.outcome;
    expect(isAsBefore).toBe(true);
    expect(shown).not.toContain('\u001b');
  });
});
