import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readLinkToken } from '../../../src/app/link-token.js';
import { toAppError } from '../../../src/errors.js';
import { loadConfig } from '../../../src/config/load.js';
import { createLog } from '../../../src/log.js';
import { Recorder } from '../../support/log-lines.js';

let folder: string;
let file: string;
let recorder: Recorder;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-token-'));
  file = join(folder, 'data', 'link-token');
  recorder = new Recorder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const system = { env, platform: 'linux', home: folder, workingFolder: folder } as const;
  const { values } = await loadConfig({ '--data-dir': join(folder, 'data'), '--demo': true }, system);
  return readLinkToken(values, createLog({ level: 'info', destination: recorder }));
}

describe('the link token', () => {
  it('is made once, for its owner alone, and kept', async () => {
    const token = await read();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await read()).toBe(token);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
  });

  it('is one, however many start at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 12 }, () => read()));
    expect(new Set(tokens).size).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(tokens[0]);
  });

  it('is another one for each data folder', async () => {
    const first = await read();
    await rm(file);
    expect(await read()).not.toBe(first);
  });

  it('may end in a line break, as editors write it', async () => {
    const token = await read();
    await writeFile(file, `${token}\n`);
    expect(await read()).toBe(token);
  });

  it.each([0o644, 0o660, 0o700])('is taken back from others who could read it (%o)', async (mode) => {
    const token = await read();
    await chmod(file, mode);
    expect(await read()).toBe(token);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(recorder.lines).toEqual([]);
  });

  it('may have fewer permissions than that', async () => {
    const token = await read();
    await chmod(file, 0o400);
    expect(await read()).toBe(token);
    expect((await stat(file)).mode & 0o777).toBe(0o400);
  });

  it.each(['', 'cut-short', 'x'.repeat(42), `${'x'.repeat(43)}\nAnother: header`])(
    'is not taken from a file that holds %j',
    async (text) => {
      await mkdir(join(folder, 'data'));
      await writeFile(file, text);
      await expect(read()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        advice: expect.stringContaining('remove it') as unknown,
      });
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );

  it('is the configured one, and then none is made', async () => {
    const linkToken = 'chosen-by-the-owner';
    expect(await read({ PHOTODAV_DELIVERY_LINK_TOKEN: linkToken })).toBe(linkToken);
    await expect(readdir(join(folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('lasts as long as the program where nothing is stored', async () => {
    const env = { PHOTODAV_CATALOG_STORE: 'memory' };
    expect(await read(env)).not.toBe(await read(env));
    await expect(readdir(join(folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)('cannot be made in a folder that cannot be written (not as root)', async () => {
    await mkdir(join(folder, 'data'));
    await chmod(join(folder, 'data'), 0o500);
    await expect(read()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('cannot be made where the data folder is a file, and its path is not told', async () => {
    await writeFile(join(folder, 'data'), '');
    const error: unknown = await read().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'the file link-token in the data folder cannot be read or written (ENOTDIR)',
      advice: expect.stringContaining('the disk is not full') as unknown,
    });
    expect(toAppError(error).message).not.toContain(folder);
  });
});
