import { firstLook } from '../app/sign-in/first-look.js';
import { hasOwnToken, sourceFor, type SignInMount, type Whose } from '../app/sign-in/whose.js';
import type { KeptSignIn } from '../app/sign-in.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config/schema.js';
import type { Log } from '../log.js';
import { plain } from './plain.js';

export interface ResultParts {
  /** False if the next command needs to be told the source again. */
  readonly isConfigured: boolean;
  readonly log: Log;
  readonly clock: Clock;
}

const NEXT = {
  picker: 'Next: `photodav pick --source picker` chooses photos, and `photodav serve --source picker` shows them.',
  library: 'Next: `photodav serve --source library` shows what this OAuth client has uploaded.',
};

/** Says what the sign-in is good for, and what to do now: results on standard output, what may go wrong on standard error. */
export async function tellWhatNext(
  config: Config,
  { mounts, account }: Whose,
  { clientId, refreshTokenEndsAtMs, scopes }: KeptSignIn,
  parts: ResultParts,
  signal: AbortSignal,
): Promise<void> {
  say(`Signed in: account ${account}, OAuth client ${clientId}`);
  if (refreshTokenEndsAtMs !== undefined) warn(...endOfTesting(refreshTokenEndsAtMs));
  if (mounts.length === 0) say(NEXT[sourceFor(scopes)]);
  for (const mount of mounts) await tellOfMount(config, mount, parts, signal);
}

async function tellOfMount(config: Config, mount: SignInMount, parts: ResultParts, signal: AbortSignal): Promise<void> {
  const { path } = mount;
  if (hasOwnToken(mount)) {
    warn(
      `${path} has a token in the configuration, which goes before this sign-in`,
      'take refreshToken and token out of that mount',
    );
    return;
  }
  const look = await firstLook(config, mount, parts, signal);
  if (look.kind === 'fault') warn(`${path} cannot be shown yet: ${look.error.message}`, look.error.advice);
  else if (look.kind === 'empty') say(`${path}: ${look.reason}`);
  else if (parts.isConfigured) say(`${path}: there is something to see. Next: \`photodav serve\``);
  else say(`${path}: there is something to see.`);
  if (!parts.isConfigured) say(NEXT[mount.source]);
}

/** Google tells the end of a refresh token in Testing mode, and for grants that are limited in time. */
function endOfTesting(endsAtMs: number): [message: string, advice: string] {
  return [
    `this sign-in ends on ${new Date(endsAtMs).toISOString().slice(0, 10)}: Google says so for projects in Testing mode`,
    'press "Publish app" at https://console.cloud.google.com/auth/audience, then run `photodav login` again: a sign-in ' +
      'made before that keeps its end',
  ];
}

function say(line: string): void {
  process.stdout.write(plain(`${line}\n`));
}

function warn(message: string, advice: string): void {
  process.stderr.write(plain(`warning: ${message}\nadvice: ${advice}\n`));
}
