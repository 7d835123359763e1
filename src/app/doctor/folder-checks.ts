import { access, constants, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode, systemErrorText } from '../../system-error.js';
import type { Check } from './check.js';
import { failure, ok, warning, type Finding } from './finding.js';
import type { Setup } from './setup.js';

const LINK = 'docs/doctor.md#data-folder';
const MIB = 2 ** 20;
/** Listings of the largest libraries take about this. */
const LITTLE_BYTES = 200 * MIB;
const ELSEWHERE = 'name a folder that you may write to with --data-dir';

/** Kinds of file systems by statfs(2): other machines write to them too, and locks may not hold. */
const NETWORK_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9P'],
]);

export const DATA_FOLDER: Check<Setup> = {
  name: 'data folder',
  needs: ['configuration'],
  async run({ config: { dataDir }, system }) {
    const found = await stat(dataDir).catch(systemErrorCode);
    if (found === 'ENOENT') return willBeMade(dataDir);
    if (typeof found === 'string') return unusable(`${dataDir} cannot be looked at (${found})`);
    if (!found.isDirectory()) return unusable(`${dataDir} is no folder`);
    const fault = await faultOfWriting(dataDir);
    if (fault !== undefined) return unusable(`${dataDir} cannot be written (${fault})`);
    const { kind, freeBytes } = await roomAt(dataDir);
    if (kind !== undefined) {
      const message = `${dataDir} lies on a network drive (${kind})`;
      return warning(
        message,
        'name a folder on a disk of this machine with --data-dir: locks may not hold there',
        LINK,
      );
    }
    if (freeBytes < LITTLE_BYTES) {
      const message = `${dataDir} has ${mebibytes(freeBytes)} left`;
      return warning(message, 'make room there, or name a folder on another disk with --data-dir', LINK);
    }
    if (system.platform !== 'win32' && (found.mode & 0o077) !== 0) {
      return warning(`others may look into ${dataDir}`, `run \`chmod 700\` on it`, LINK);
    }
    return ok(`${dataDir} can be written, and has ${mebibytes(freeBytes)} left`);
  },
};

export interface Room {
  /** What the network drive is called that it lies on; absent for a disk of this machine. */
  readonly kind?: string;
  readonly freeBytes: number;
}

/** How much may still be written into a folder that is there. */
export async function roomAt(folder: string): Promise<Room> {
  const { type, bavail, bsize } = await statfs(folder);
  const kind = NETWORK_TYPES.get(type);
  return { freeBytes: bavail * bsize, ...(kind === undefined ? {} : { kind }) };
}

/** Why nothing can be written into the folder; undefined if it can. What is tried is removed. */
export async function faultOfWriting(folder: string): Promise<string | undefined> {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    await writeFile(probe, '', { flag: 'wx' });
    return undefined;
  } catch (error) {
    return systemErrorText(error);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

export function mebibytes(bytes: number): string {
  return bytes >= 1024 * MIB ? `${(bytes / (1024 * MIB)).toFixed(1)} GiB` : `${Math.floor(bytes / MIB)} MiB`;
}

/** The folder above that is there. */
export async function nearest(folder: string): Promise<string> {
  const above = dirname(folder);
  const isThere = (await stat(above).catch(systemErrorCode)) !== 'ENOENT';
  return isThere || above === folder ? above : nearest(above);
}

/** Nothing is made for the sake of looking. */
async function willBeMade(folder: string): Promise<Finding> {
  const above = await nearest(folder);
  try {
    if (!(await stat(above)).isDirectory()) return unusable(`${above} is no folder, and ${folder} is to stand in it`);
    await access(above, constants.W_OK);
    return ok(`${folder} is not there yet, and will be made at the first start`);
  } catch (error) {
    return unusable(`${folder} is not there, and cannot be made (${systemErrorText(error)})`);
  }
}

function unusable(message: string): Finding {
  return failure('CONFIG_INVALID', message, ELSEWHERE, LINK);
}
