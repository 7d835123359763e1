import { listenHost, isLoopback } from '../config/addresses.js';
import { parseFileLayer } from '../config/file-layer.js';
import { thisSystem, type System } from '../config/folders.js';
import { checkConfig } from '../config/load.js';
import { userName } from '../config/users.js';
import { AppError } from '../errors.js';
import { askPasswordHash } from './password.js';
import type { Questions } from './terminal.js';

interface Account {
  readonly source: 'picker' | 'library';
  /** Absent, with its secret, where `photodav login --import` brings it. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Absent where `photodav login` is to sign in. */
  readonly token?: string;
}

/** What was answered; absent parts are left to their defaults. */
interface Answers {
  readonly account?: Account;
  readonly host: string;
  readonly port: number;
  readonly user?: { readonly name: string; readonly passwordHash: string };
}

/** The text of a configuration file after what a person answers; `path` is where it will stand. */
export async function configText(questions: Questions, path: string, system = thisSystem()): Promise<string> {
  const source = await untilRight(
    questions,
    'Show photos that you choose from Google Photos (picker), what your own OAuth client has uploaded (library), or the demo',
    'picker',
    (answer) => {
      return isSource(answer) ? answer : refuse('answer picker, library or demo');
    },
  );
  const account = source === 'demo' ? undefined : await askAccount(questions, source, path, system);
  const host = await untilRight(
    questions,
    'Address to listen on; 127.0.0.1 is this machine alone',
    '127.0.0.1',
    (answer) => {
      return listenHost.safeParse(answer).data ?? refuse('type an IP address or a host name');
    },
  );
  const port = await untilRight(questions, 'Port', '8008', (answer) => {
    return /^\d{1,5}$/.test(answer) && Number(answer) < 65_536 ? Number(answer) : refuse('type a number up to 65535');
  });
  const user = isLoopback(host) ? undefined : await askUser(questions);
  const answers = { ...(account ? { account } : {}), host, port, ...(user ? { user } : {}) };
  const text = fileOf(answers);
  await checkConfig(path, parseFileLayer(text, path), {}, onlyFolders(system));
  if (account && account.token === undefined) questions.tell(nextStep(account));
  return text;
}

function nextStep({ clientId }: Account): string {
  if (clientId !== undefined) return 'Next: `photodav login` signs in in the browser.';
  return 'Next: `photodav login --import client_secret_….json` signs in in the browser, unless you have done so already.';
}

function isSource(answer: string): answer is Account['source'] | 'demo' {
  return ['picker', 'library', 'demo'].includes(answer);
}

async function askAccount(
  questions: Questions,
  source: Account['source'],
  path: string,
  system: System,
): Promise<Account> {
  questions.tell('You need an OAuth client of your own: `photodav login --guide` shows the way to one.');
  for (;;) {
    const clientId = await questions.ask('Client id; nothing if `photodav login --import` takes it from its file');
    if (clientId === '') return { source };
    const clientSecret = (await questions.askSecret('Client secret')).trim();
    const token = source === 'library' ? await askToken(questions) : '';
    const account = { source, clientId, clientSecret, ...(token === '' ? {} : { token }) };
    const text = fileOf({ account, host: '127.0.0.1', port: 8008 });
    const isRight = await toldIfWrong(questions, async () => {
      if (token === '' && clientSecret === '') refuse('type the client secret, which the sign-in needs');
      await checkConfig(path, parseFileLayer(text, path), {}, onlyFolders(system));
    });
    if (isRight) return account;
  }
}

/** For a library alone: rclone asks Google for no picks. */
async function askToken(questions: Questions): Promise<string> {
  const written = await questions.askSecret(
    'What `rclone authorize "google photos"` printed, on one line; nothing to sign in in the browser afterwards',
  );
  return written.trim();
}

async function askUser(questions: Questions): Promise<Answers['user'] & object> {
  questions.tell('Other machines can reach that address, so somebody must sign in.');
  const name = await untilRight(questions, 'User', undefined, (answer) => {
    return userName.safeParse(answer).data ?? refuse('take up to 255 characters, no colon among them');
  });
  for (;;) {
    let passwordHash = '';
    const isRight = await toldIfWrong(questions, async () => {
      passwordHash = await askPasswordHash(name, questions);
    });
    if (isRight) return { name, passwordHash };
  }
}

/** Asks until the answer is right, for a person who mistypes should not have to begin again. */
async function untilRight<T>(
  questions: Questions,
  question: string,
  usual: string | undefined,
  check: (answer: string) => T,
): Promise<T> {
  for (;;) {
    const answer = await questions.ask(question, usual);
    let right: { readonly value: T } | undefined;
    await toldIfWrong(questions, () => {
      right = { value: check(answer) };
    });
    if (right) return right.value;
  }
}

async function toldIfWrong(questions: Questions, check: () => Promise<void> | void): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    questions.tell(error.message);
    return false;
  }
}

function refuse(message: string): never {
  throw new AppError('CONFIG_INVALID', message);
}

/** The file alone is checked: variables of this shell need not be those of the service. */
function onlyFolders(system: System): System {
  const env = Object.entries(system.env).filter(([name]) => !name.startsWith('PHOTODAV_'));
  return { ...system, env: Object.fromEntries(env) };
}

function fileOf({ account, host, port, user }: Answers): string {
  const line = (name: string, value: unknown) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
  const mount = account
    ? [
        account.source === 'library'
          ? '      // What Google shows: the items that this very client id uploaded, and nothing else.'
          : '      // What `photodav pick` has chosen.',
        ...Object.entries(account).map(([name, value]) => `      ${line(name, value)},`),
      ]
    : ['      // Nothing of it is real; no account is asked.', `      ${line('source', 'demo')},`];
  const users = user
    ? [
        '  // Who may sign in. `photodav user add NAME` writes here.',
        '  "users": [',
        '    {',
        `      ${line('name', user.name)},`,
        `      ${line('passwordHash', user.passwordHash)},`,
        '    },',
        '  ],',
      ]
    : [];
  return [
    '// The configuration of photodav. docs/configuration.md explains every option; comments and trailing commas are',
    '// allowed. Secrets stand here: let nobody else read this file.',
    '{',
    '  "server": {',
    '    // Addresses beyond 127.0.0.1 let other machines in, and need users.',
    `    ${line('host', host)},`,
    `    ${line('port', port)},`,
    '  },',
    ...users,
    '  // What is shown. Several may stand side by side, each with a "path" of its own.',
    '  "mounts": [',
    '    {',
    ...mount,
    '      // "rootFolderId": "albums", or an id that `photodav albums` prints, shows less.',
    '      "rootFolderId": "root",',
    '    },',
    '  ],',
    '}',
    '',
  ].join('\n');
}
