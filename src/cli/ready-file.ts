import { rename, rm, writeFile } from 'node:fs/promises';
import { systemErrorText } from '../system-error.js';
import { AppError } from '../errors.js';

/** The addresses for whoever waits for them, as one line of JSON in a file that appears whole or not at all. */
export interface ReadyFile {
  announce(urls: readonly URL[]): Promise<void>;
}

/** Removes what an earlier run left, so that nobody takes it for this one's. Throws CONFIG_INVALID if it cannot. */
export async function prepareReadyFile(path: string): Promise<ReadyFile> {
  await told(path, rm(path, { force: true }));
  return {
    async announce(urls) {
      const draft = `${path}.${process.pid}`;
      const line = JSON.stringify({ urls: urls.map((url) => url.href) });
      await told(path, writeFile(draft, `${line}\n`));
      await told(path, rename(draft, path));
    },
  };
}

async function told(path: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `--ready-file: cannot write ${path} (${systemErrorText(error)})`, {
      cause: error,
      advice: 'name a file in a folder that you may write to',
    });
  }
}
