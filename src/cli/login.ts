import { Command } from 'commander';
import { signIn } from '../app/sign-in.js';
import { openSignIns } from '../app/source-context.js';
import { clientFor } from '../app/sign-in/client.js';
import { SYSTEM_CLOCK } from '../clock.js';
import { addConfigFlags, FOR_SIGN_IN } from './config-flags.js';
import { ensureKept } from './data-dir.js';
import { interruptible } from './interruptible.js';
import { printGuide } from './login-guide.js';
import { importedBy, importedClient, keepToken } from './login-import.js';
import { tellWhatNext } from './login-results.js';
import { PastedLines } from './pasted-lines.js';
import { personAtTerminal } from './person.js';
import { loadSignInConfig } from './sign-in-config.js';

interface Flags {
  readonly mount?: string;
  readonly account?: string;
  readonly browser: boolean;
  readonly import?: string;
  readonly remote?: string;
  readonly guide?: true;
}

const LIBRARY_IMPLIED =
  'This signs in for the source library, which shows what this OAuth client has uploaded, and nothing else.\n' +
  'For photos that you already have: `photodav login --source picker`, and the same source (or PHOTODAV_SOURCE=picker) for ' +
  '`photodav pick` and `photodav serve`.\n\n';

/** `photodav login`: a person consents in the browser, and what comes of it is kept in the data folder. */
export function loginCommand(): Command {
  const command = new Command('login')
    .description('sign in to a Google account in the browser, and keep the sign-in in the data folder')
    .option('--mount <path>', 'the mount to sign in for, where there are several')
    .option(
      '--no-browser',
      'open no browser here: print the address, and take what is pasted, the address that a browser ends at or its code',
    )
    .option(
      '--import <file>',
      "take over the sign-in of rclone, AList or OpenList, or sign in with a client's file of the Google Cloud console; - " +
        'reads standard input',
    )
    .option('--remote <name>', 'what to import where there are several: a remote of rclone, or a mount path of AList')
    .option('--guide', "print the way through Google's console to an OAuth client of your own, and end");
  return addConfigFlags(command, FOR_SIGN_IN).action((flags: Flags) =>
    flags.guide ? printGuide(command, flags) : interruptible((signal) => login(command, flags, signal)),
  );
}

async function login(command: Command, flags: Flags, signal: AbortSignal): Promise<void> {
  const imported = await importedBy(flags);
  const { values, whose, isLibraryImplied, isConfigured, log } = await loadSignInConfig(command, flags);
  if (isLibraryImplied) process.stderr.write(LIBRARY_IMPLIED);
  const signIns = openSignIns(values, log);
  const parts = { signIns, isConfigured, clock: SYSTEM_CLOCK, log };
  if (imported?.kind === 'token') {
    await ensureKept(values.dataDir);
    await keepToken(values, whose, imported, parts, signal);
    return;
  }
  const client = imported ? importedClient(imported, whose) : { client: await clientFor(whose, signIns) };
  await ensureKept(values.dataDir);
  const lines = new PastedLines();
  try {
    const { account, scopes } = whose;
    const person = personAtTerminal(flags.import === '-' ? undefined : lines, flags.browser);
    const kept = await signIn(values, { ...client, account, scopes }, person, parts, signal);
    await tellWhatNext(values, whose, kept, parts, signal);
  } finally {
    lines.close();
  }
}
