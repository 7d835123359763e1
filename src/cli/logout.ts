import { Command } from 'commander';
import { signOut } from '../app/sign-out.js';
import { openPicks, openSignIns } from '../app/source-context.js';
import { CONNECTIONS } from '../app/sign-in/google.js';
import { hasOwnToken, type Whose } from '../app/sign-in/whose.js';
import { SYSTEM_CLOCK } from '../clock.js';
import { AppError } from '../errors.js';
import { addConfigFlags, FOR_SIGN_IN } from './config-flags.js';
import { interruptible } from './interruptible.js';
import { counted } from './pick-words.js';
import { plain } from './plain.js';
import { loadSignInConfig } from './sign-in-config.js';

interface Flags {
  readonly mount?: string;
  readonly account?: string;
}

/** Only the sign-in knew it. */
const CLIENT_GONE =
  'note: the OAuth client is removed with its last sign-in: to sign in again, import its file, client_secret_….json, again\n';

/** `photodav logout`: takes back what `login` kept, at Google and here. */
export function logoutCommand(): Command {
  const command = new Command('logout')
    .description(
      "end a sign-in: revoke it at Google, for the client's whole project, and remove it from the data folder",
    )
    .option('--mount <path>', 'the mount to sign out, where there are several');
  return addConfigFlags(command, FOR_SIGN_IN).action((flags: Flags) =>
    interruptible((signal) => logout(command, flags, signal)),
  );
}

async function logout(command: Command, flags: Flags, signal: AbortSignal): Promise<void> {
  const { values, whose, log } = await loadSignInConfig(command, flags);
  const { account, clientId, mounts } = whose;
  const signIns = openSignIns(values, log);
  const signIn = await signIns.find(account, clientId);
  if (!signIn) {
    const others = [...new Set((await signIns.all()).map((each) => each.account))].join(', ');
    throw new AppError('CONFIG_INVALID', `account ${account} is not signed in`, { advice: adviceFor(mounts, others) });
  }
  const fault = await signOut(values, signIn, { signIns, clock: SYSTEM_CLOCK }, signal);
  process.stdout.write(`Signed out: account ${account}, OAuth client ${signIn.clientId}\n`);
  if (fault) {
    process.stderr.write(
      plain(
        `warning: Google could not be told: ${fault.message}\nadvice: take access away by hand at ${CONNECTIONS}\n`,
      ),
    );
  } else process.stderr.write("Google has ended what this account had granted to the client's whole project.\n");
  const isKnownElsewhere = (await signIns.all()).some((each) => each.clientId === signIn.clientId);
  if (clientId === undefined && !isKnownElsewhere) process.stderr.write(CLIENT_GONE);
  // The sign-in is gone by now, whatever else cannot be read.
  const picks = await openPicks(values, signIn, log)
    .all()
    .catch(() => []);
  if (picks.length > 0) process.stderr.write(stayNote(picks));
  for (const { path } of mounts) {
    process.stderr.write(
      `note: ${path} answers 503 for what is not known yet, until \`photodav login\` is run again\n`,
    );
  }
}

/** Nobody looks for copies of photos where they have signed out. */
function stayNote(picks: readonly { readonly isPinned: boolean }[]): string {
  const pins = picks.some(({ isPinned }) => isPinned) ? ', with the photos that are pinned' : '';
  return (
    `note: ${counted(picks.length, 'pick')} stay${picks.length === 1 ? 's' : ''} on this machine${pins}; ` +
    'to delete them, sign in again and run `photodav picks remove FOLDER`\n'
  );
}

function adviceFor(mounts: Whose['mounts'], others: string): string {
  const own = mounts.filter(hasOwnToken).map(({ path }) => path);
  if (own.length > 0) return `take refreshToken and token of ${own.join(', ')} out of the configuration`;
  return others === '' ? 'nobody is; there is nothing to do' : `choose one of ${others} with --account`;
}
