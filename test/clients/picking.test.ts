import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { until } from '../support/eventually.js';
import { clientAt, run as runPhotodav, start, type Outcome, type Running } from '../cli/photodav.js';
import { BROWSER_NEEDS, withBrowser } from '../support/browser.js';
import { describeClient, makeTempFolder, mustRun } from '../support/clients.js';
import { DAVFS2, mountDavfs, type DavfsMount } from '../support/davfs2.js';
import { startProgram, type Program } from '../support/program.js';

const NEEDS = {
  ...DAVFS2,
  commands: [...DAVFS2.commands, ...BROWSER_NEEDS.commands, 'rclone'],
  packages: [...DAVFS2.packages, ...BROWSER_NEEDS.packages, 'rclone'],
};
const PICKED = 120;
const FOLDER = 'Summer 2024';

let home: string;
let emulator: Emulator;
let program: Program;
let mount: DavfsMount | undefined;
let end: (() => Promise<unknown>) | undefined;

const settings = (): Record<string, string> => ({
  ...clientAt(emulator),
  PHOTODAV_SOURCE: 'picker',
  PHOTODAV_DATA_DIR: join(home, 'data'),
});

/** Runs a command that shows an address, visits it as a person does, and waits for the command to end. */
async function visiting(args: readonly string[], visit: (page: Page) => Promise<void>): Promise<Outcome> {
  const running = start(home, args, settings());
  const address = await addressShown(running);
  await withBrowser(async (page) => {
    await page.goto(address);
    await visit(page);
  });
  return running.outcome;
}

async function addressShown({ child }: Running): Promise<string> {
  let said = '';
  const listen = (text: string): void => void (said += text);
  child.stderr?.on('data', listen);
  child.stdout?.on('data', listen);
  const shown = (): string | undefined => /^\s*(http:\S+)\n/m.exec(said)?.[1];
  await until(() => shown() !== undefined || child.exitCode !== null);
  return shown() ?? Promise.reject(new Error(said));
}

const listed = async (): Promise<readonly string[]> => {
  const { stdout } = await mustRun('rclone', ['lsf', ':webdav:', '--webdav-url', program.url]);
  return stdout.split('\n').filter((name) => name !== '');
};

describeClient('signing in and picking in a browser', NEEDS, () => {
  beforeAll(async () => {
    home = await makeTempFolder();
    emulator = await startEmulator({ items: 300, levers: { consentPage: 'page', pollIntervalMs: 200 } });
    program = await startProgram({ dataDir: join(home, 'data'), env: settings() });
    end = () => program.stop();
  }, 60_000);

  afterAll(async () => {
    await mount?.unmount();
    await end?.();
    await emulator.close();
    await rm(home, { recursive: true, force: true });
  }, 60_000);

  it('signs in through the consent page', async () => {
    const { code, stdout } = await visiting(['login', '--no-browser'], async (page) => {
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByText('signed in', { exact: false }).first().waitFor();
      expect(page.url()).not.toContain('code=');
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/signed in/i) });
  }, 60_000);

  it('shows a server that was there before, and mounts of it, what was picked', async () => {
    expect(await listed()).toEqual(['README.txt']);
    mount = await mountDavfs(`${program.url}/`, { dirRefresh: 1 });
    expect(await readdir(mount.place)).toContain('README.txt');

    const { code, stdout, stderr } = await visiting(['pick', '--no-browser', '--folder', FOLDER], async (page) => {
      const boxes = page.getByRole('listitem').getByRole('checkbox');
      for (let index = 0; index < PICKED; index++) await boxes.nth(index).check();
      await page.getByText(`${PICKED} selected`).waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByText('items picked', { exact: false }).waitFor();
    });
    expect({ code, stderr, stdout: stdout.includes(FOLDER) }).toEqual({ code: 0, stderr, stdout: true });

    expect(await listed()).toContain(`${FOLDER}/`);
    const { place } = mount;
    await until(async () => (await readdir(place)).includes(FOLDER));
    const names = await readdir(join(place, FOLDER));
    expect(names).toHaveLength(PICKED);
    const copy = join(home, 'copy');
    await mustRun('rclone', ['copy', `:webdav:${FOLDER}`, copy, '--webdav-url', program.url]);
    expect((await readdir(copy)).sort()).toEqual(names.sort());
    const [first = ''] = names;
    expect(await readFile(join(place, FOLDER, first))).toEqual(await readFile(join(copy, first)));
  }, 120_000);

  it('signs out again', async () => {
    const { code } = await runPhotodav(home, ['logout'], settings());
    expect(code).toBe(0);
    expect(await readdir(join(home, 'data', 'tokens'))).toEqual([]);
  }, 30_000);
});
