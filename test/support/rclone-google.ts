import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '../../src/emulator/emulator.js';
import { mustRun, type RunResult } from './clients.js';
import { jpeg } from './pictures.js';

/** A file as `rclone lsjson` tells it. */
export interface RcloneFile {
  readonly Path: string;
  readonly Size: number;
  readonly ID: string;
}

/** rclone with its own backend for Google Photos, led to the emulator by its proxy and a certificate alone. */
export class RcloneGoogle {
  private constructor(
    private readonly emulator: Emulator,
    private readonly folder: string,
  ) {}

  /** Configures a remote as `rclone config` does; the token is of the kind that `rclone authorize` prints. */
  static async configure(emulator: Emulator): Promise<RcloneGoogle> {
    const folder = await mkdtemp(join(tmpdir(), 'photodav-rclone-'));
    const { clientId, clientSecret, refreshToken } = emulator.ready;
    const token = { access_token: 'ya29.ended', token_type: 'Bearer', refresh_token: refreshToken };
    const lines = [
      '[google]',
      'type = google photos',
      `client_id = ${clientId}`,
      `client_secret = ${clientSecret}`,
      'read_only = true',
      `token = ${JSON.stringify({ ...token, expiry: '2024-01-01T00:00:00.5+01:00' })}`,
    ];
    await writeFile(join(folder, 'rclone.conf'), `${lines.join('\n')}\n`, { mode: 0o600 });
    return new RcloneGoogle(emulator, folder);
  }

  /** Runs a command that must succeed; the remote is called `google:`. */
  run(...args: string[]): Promise<RunResult> {
    const { proxy = '', caFile = '' } = this.emulator.ready;
    const options = ['--config', join(this.folder, 'rclone.conf'), '--ca-cert', caFile, '--retries', '1'];
    return mustRun('rclone', [...args, ...options, '--low-level-retries', '1'], {
      env: { HTTPS_PROXY: proxy },
      timeoutMs: 120_000,
    });
  }

  /** Every file below a path of the remote. */
  async files(path: string, ...options: string[]): Promise<readonly RcloneFile[]> {
    const { stdout } = await this.run('lsjson', '-R', '--files-only', `google:${path}`, ...options);
    return JSON.parse(stdout) as RcloneFile[];
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Titles that nest, that clash, or that are none. */
const FURTHER_TITLES = [
  'Same',
  'Same',
  'Deep/Same',
  'Deep/Same',
  'Deep/Other',
  'a//b',
  'Trips/2019',
  '',
  '.',
  '..',
  'dot.',
];

/** Adds albums of one photo each to a library that `makeLibrary` has made; gives how many. */
export async function addClashingAlbums(folder: string): Promise<number> {
  const manifest = JSON.parse(await readFile(join(folder, 'library.json'), 'utf8')) as {
    albumTitles: Record<string, string>;
    filenames: Record<string, string>;
  };
  for (const [index, title] of FURTHER_TITLES.entries()) {
    const takenAt = new Date(Date.UTC(2010 + index, index, 3));
    const path = `further-${index}/1.jpg`;
    await mkdir(join(folder, `further-${index}`));
    await writeFile(
      join(folder, path),
      jpeg({ takenAt, make: 'Aurora Works', model: 'Model A-1', sizeBytes: 3_000, seed: path }),
    );
    await utimes(join(folder, path), takenAt, takenAt);
    manifest.albumTitles[`further-${index}`] = title;
    manifest.filenames[path] = 'one.jpg';
  }
  await writeFile(join(folder, 'library.json'), JSON.stringify(manifest));
  return FURTHER_TITLES.length;
}
