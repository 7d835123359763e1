import {
  checkSameClient,
  importSignIn,
  isRcloneClient,
  readImport,
  type Imported,
  type ImportedClient,
  type ImportedToken,
} from '../app/import-sign-in.js';
import { checkedClient } from '../app/sign-in/client.js';
import type { Whose } from '../app/sign-in/whose.js';
import type { SignInParts, SignInRequest } from '../app/sign-in.js';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import { readFileToImport } from './import-file.js';
import { pasteableMount } from './imported-options.js';
import { tellWhatNext, type ResultParts } from './login-results.js';
import { plain } from './plain.js';

interface ImportFlags {
  readonly import?: string;
  readonly remote?: string;
  readonly account?: string;
}

const OPEN_WARNING =
  'warning: other users of this machine may read that file, and it holds secrets\n' +
  'advice: delete it once it is imported, or make it yours alone: `chmod 600`\n';
const WORKER_NOTE =
  'note: policy proxy-url signs its links with delivery.linkToken: set it to the TOKEN of your worker, see docs/workers.md\n';
const RCLONE_NOTE =
  "note: the OAuth client is rclone's own, which all its users share, and which rclone has announced to end: make one of " +
  'your own, `photodav login --guide` tells how\n';

/** What `--import` names; undefined without it. */
export async function importedBy({ import: path, remote }: ImportFlags): Promise<Imported | undefined> {
  if (path === undefined) {
    if (remote === undefined) return undefined;
    throw new AppError('CONFIG_INVALID', '--remote chooses what to import, and there is no --import', {
      advice: 'name the file to import with --import',
    });
  }
  const { bytes, isOpenToOthers } = await readFileToImport(path);
  const imported = readImport(bytes, remote);
  if (isOpenToOthers) process.stderr.write(OPEN_WARNING);
  return imported;
}

/** The client to sign in with in the browser. CONFIG_INVALID if the configuration names another one. */
export function importedClient(imported: ImportedClient, whose: Whose): Pick<SignInRequest, 'client' | 'redirectUri'> {
  checkSameClient(imported, whose);
  const { redirectUri } = imported;
  return { client: checkedClient(imported), ...(redirectUri ? { redirectUri } : {}) };
}

/** Keeps a token that works, and prints what came along with it. */
export async function keepToken(
  config: Config,
  whose: Whose,
  imported: ImportedToken,
  parts: SignInParts & ResultParts,
  signal: AbortSignal,
): Promise<void> {
  const kept = await importSignIn(config, imported, whose, parts, signal);
  await tellWhatNext(config, whose, kept, parts, signal);
  if (isRcloneClient(kept.clientId)) process.stderr.write(RCLONE_NOTE);
  tellOptions(imported, whose);
}

function tellOptions({ options, withoutOption }: ImportedToken, { account }: Whose): void {
  if (options.length > 0) {
    const { text, faults } = pasteableMount(account, options);
    process.stdout.write(`\nIts options, for the configuration file:\n\n${text}\n`);
    for (const { message } of faults) process.stderr.write(plain(`note: not taken over: ${message}\n`));
    if (text.includes('"proxy-url"')) process.stderr.write(WORKER_NOTE);
  }
  for (const name of withoutOption)
    process.stderr.write(plain(`note: not taken over: ${name}, for which there is no option\n`));
}
