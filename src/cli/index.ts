import { readFile } from 'node:fs/promises';
import { Command, CommanderError } from 'commander';
import { suggest } from '../config/faults.js';
import { AppError, toAppError } from '../errors.js';
import { HELP_LAYOUT, wrapped } from './help-layout.js';
import { plain } from './plain.js';
import { usageError } from './usage-error.js';

interface CommandRow {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const DEFAULT_COMMAND = 'serve';
const MORE_HELP = '\n`photodav serve --help` lists every option; docs/configuration.md explains them.';

/** Loaded only when asked for: what a command stands on takes longer to load than a help text may take. */
const COMMANDS: Readonly<Record<string, CommandRow>> = {
  serve: {
    summary: 'serve a library over WebDAV (default)',
    load: async () => (await import('./serve.js')).serveCommand(),
  },
  proxy: {
    summary: 'be a worker behind the proxy URL of a server',
    load: async () => (await import('./proxy.js')).proxyCommand(),
  },
  login: {
    summary: 'sign in to a Google account',
    load: async () => (await import('./login.js')).loginCommand(),
  },
  logout: {
    summary: 'end a sign-in',
    load: async () => (await import('./logout.js')).logoutCommand(),
  },
  pick: {
    summary: "choose photos in Google's own page",
    load: async () => (await import('./pick.js')).pickCommand(),
  },
  picks: {
    summary: 'list or remove what was picked',
    load: async () => (await import('./picks.js')).picksCommand(),
  },
  albums: {
    summary: 'print ids and titles of albums',
    load: async () => (await import('./albums.js')).albumsCommand(),
  },
  doctor: {
    summary: 'say what is wrong with the set-up, and what to do',
    load: async () => (await import('./doctor.js')).doctorCommand(),
  },
  config: {
    summary: 'show, begin or describe the configuration',
    load: async () => (await import('./config.js')).configCommand(),
  },
  user: {
    summary: 'add, remove or list users',
    load: async () => (await import('./user.js')).userCommand(),
  },
  emulator: {
    summary: "emulate Google's APIs, for trying and testing",
    load: async () => (await import('./emulator.js')).emulatorCommand(),
  },
};

/**
 * Runs one command and resolves with the exit code: 0 for success, 130 for an interrupt, else that of docs/errors.md.
 *
 * Results go to standard output; errors, as `error:` and `advice:` lines, to standard error. A command that ends well
 * with another code than 0 sets `process.exitCode`.
 */
export async function main(argv: readonly string[]): Promise<number> {
  // `photodav albums | head -1` is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  let command: Command | undefined;
  try {
    const chosen = chooseCommand(argv.slice(2));
    const program = await buildProgram(chosen);
    command = commandAt(program, [chosen ?? '', ...argv.slice(3)]);
    await program.parseAsync([...argv]);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return printError(error instanceof CommanderError ? usageError(error, command) : toAppError(error));
  }
}

async function buildProgram(chosen: string | undefined): Promise<Command> {
  const program = new Command('photodav')
    .description('Your Google Photos as a network drive, over WebDAV, read-only.')
    .usage('[command] [options]')
    .version(await version())
    .addHelpText('after', () => wrapped(MORE_HELP))
    .configureHelp(HELP_LAYOUT)
    .exitOverride()
    // What went wrong is printed in one place, below.
    .configureOutput({ outputError: () => undefined });
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = name === chosen ? await load() : new Command(name);
    command.copyInheritedSettings(program).summary(summary);
    for (const inner of command.commands) inner.copyInheritedSettings(program);
    program.addCommand(command, { isDefault: name === chosen && name === DEFAULT_COMMAND });
  }
  return program;
}

/** The command these words name, or undefined where only help or the version is asked for. */
function chooseCommand([first, second]: readonly string[]): string | undefined {
  if (first === 'help') return second;
  if (first !== undefined && ['-h', '--help', '-V', '--version'].includes(first)) return undefined;
  if (first === undefined || first.startsWith('-')) return DEFAULT_COMMAND;
  if (Object.hasOwn(COMMANDS, first)) return first;
  throw new AppError('CONFIG_INVALID', `unknown command '${first}'`, { advice: suggest(first, Object.keys(COMMANDS)) });
}

/** The command, or the command of a command, that the words begin with. */
function commandAt(within: Command, [word, ...rest]: readonly string[]): Command | undefined {
  const found = within.commands.find((each) => each.name() === word);
  return found && (commandAt(found, rest) ?? found);
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function printError({ code, message, advice, exitCode, cause }: AppError): number {
  process.stderr.write(plain(`error: ${message}\nadvice: ${advice}\n`));
  if (code === 'INTERNAL' && cause instanceof Error) process.stderr.write(plain(`${cause.stack ?? cause.message}\n`));
  return exitCode;
}
