import { join } from 'node:path';
import type { Clock } from '../clock.js';
import type { Config } from '../config/schema.js';
import { systemErrorText } from '../system-error.js';
import { SharedBytes } from '../delivery/shared-bytes.js';
import { Spool } from '../delivery/spool.js';
import { openSpoolFiles } from '../delivery/spool/spool-files.js';
import type { Log } from '../log.js';

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
}

/** What is spooled, in the data folder; undefined if there is to be none, or the folder cannot be used. */
export async function openSharedBytes({ spool, dataDir }: Config, parts: Parts): Promise<SharedBytes | undefined> {
  if (spool.maxBytes === 0) return undefined;
  try {
    const files = await openSpoolFiles(join(dataDir, 'spool'));
    return new SharedBytes(await Spool.open(files, { ...spool, ...parts }), { ...spool, ...parts });
  } catch (error) {
    const message = 'the folder spool in the data folder cannot be used; videos are streamed, and seek slowly';
    parts.log.warn({ reason: systemErrorText(error) }, message);
    return undefined;
  }
}
