import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { System } from '../../../src/config/folders.js';
import { loadConfig, type LoadedConfig } from '../../../src/config/load.js';
import type { Flags } from '../../../src/config/text-layers.js';
import { AppError } from '../../../src/errors.js';

export interface Given {
  readonly flags?: Flags;
  readonly env?: Record<string, string>;
  /** The text of the default configuration file, or what it holds. */
  readonly file?: string | object;
}

export const LIBRARY = {
  PHOTODAV_CLIENT_ID: '12-a.example',
  PHOTODAV_CLIENT_SECRET: 's3cret',
  PHOTODAV_REFRESH_TOKEN: 'r3fresh',
};

/** A system on Linux for each call, with a home of its own that ends with the file of tests. */
export function stage() {
  let folder = '';
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photodav-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function systemWith({ env = {}, file }: Given): Promise<System> {
    const home = join(folder, String((count += 1)));
    const path = join(home, '.config', 'photodav', 'config.json');
    await mkdir(dirname(path), { recursive: true });
    const text = typeof file === 'object' ? JSON.stringify(file, undefined, 1) : file;
    if (text !== undefined) await writeFile(path, text);
    return { env, platform: 'linux', home, workingFolder: home };
  }

  const load = async (given: Given): Promise<LoadedConfig> => loadConfig(given.flags, await systemWith(given));

  async function refusal(given: Given): Promise<AppError> {
    const outcome: unknown = await load(given).catch((error: unknown) => error);
    if (!(outcome instanceof AppError)) throw new Error('the configuration was accepted');
    expect(outcome.code).toBe('CONFIG_INVALID');
    return outcome;
  }

  return { systemWith, load, refusal };
}
