import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../../system-error.js';
import type { Check } from './check.js';
import { ok, warning, type Finding } from './finding.js';
import { faultOfWriting, mebibytes, nearest, roomAt } from './folder-checks.js';
import type { Setup } from './setup.js';

const SPOOL_LINK = 'docs/spool.md';
const STORE_LINK = 'docs/doctor.md#store';
const NOT_YET = 'nothing is there yet';

export const STORE: Check<Setup> = {
  name: 'store',
  needs: ['data folder'],
  async run({ config: { catalog }, store }) {
    if (catalog.store === 'memory') return ok('listings and sizes are kept in memory, until the server ends');
    const { values, bytes, read, damaged, others } = await store();
    if (values === 0 && others.length === 0) return ok(NOT_YET);
    const some = read < values ? `, of which ${read} could be read in the time there was` : '';
    const message = `${values} values, ${mebibytes(bytes)}${some}`;
    if (damaged > 0) {
      const told = `${damaged} of ${message} are damaged, and will be fetched again`;
      return warning(told, 'nothing is lost; where it happens again, look at the disk', STORE_LINK);
    }
    if (others.length > 0) {
      return warning(
        `${message}, and a store of another version (${others.join(', ')}), which the next start removes`,
        'where you want to go back to the other version, copy the folder catalog away before you start this one',
        STORE_LINK,
      );
    }
    return ok(message);
  },
};

export const SPOOL: Check<Setup> = {
  name: 'spool',
  needs: ['data folder'],
  async run({ config: { spool, dataDir } }) {
    if (spool.maxBytes === 0) return ok('switched off: videos are streamed, and seek slowly', undefined, SPOOL_LINK);
    const folder = join(dataDir, 'spool');
    const names = await readdir(folder).catch(systemErrorCode);
    if (names === 'ENOENT')
      return told(spool.maxBytes, { taken: 0, free: (await roomAt(await nearest(folder))).freeBytes });
    const fault = typeof names === 'string' ? names : await faultOfWriting(folder);
    if (typeof names === 'string' || fault !== undefined) {
      const message = `the folder spool in the data folder cannot be used (${fault})`;
      return warning(
        message,
        'make it one that photodav may write to: until then videos are streamed, and seek slowly',
      );
    }
    const taken = await bytesOf(names.map((name) => join(folder, name)));
    return told(spool.maxBytes, { taken, free: (await roomAt(folder)).freeBytes });
  },
};

/** All in bytes. */
function told(max: number, { taken, free }: { readonly taken: number; readonly free: number }): Finding {
  const message = `${mebibytes(taken)} of ${mebibytes(max)} are used`;
  if (free + taken >= max) return ok(message);
  return warning(
    `${message}, and the disk has only ${mebibytes(free)} left`,
    'set spool.maxSize to less, or make room: a video that finds none is streamed, and seeks slowly',
    SPOOL_LINK,
  );
}

async function bytesOf(files: readonly string[]): Promise<number> {
  // A server that is running may remove one meanwhile.
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => undefined))?.size ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}
