import { Command } from 'commander';
import { doorFaults } from '../config/cross-checks.js';
import { usersOf, withoutUser, withUser } from '../config/edit-users.js';
import { suggest } from '../config/faults.js';
import { parseFileLayer } from '../config/file-layer.js';
import { thisSystem } from '../config/folders.js';
import { configFile, type ConfigFile } from '../config/load.js';
import { mountPath } from '../config/mount-path.js';
import { userName, type User } from '../config/users.js';
import { AppError } from '../errors.js';
import { unmatchableHash } from '../http/password.js';
import { newPasswordHash } from './password.js';
import { editFile, readText } from './whole-file.js';

interface Flags {
  readonly config?: string;
}

const FIRST = 'from now on every client is asked for a name and a password, also by a server that is running\n';

/** `photodav user`: who may sign in, as the configuration file says. */
export function userCommand(): Command {
  const command = new Command('user').description('add, remove or list the users that may sign in');
  command.addCommand(
    withFile(new Command('add'))
      .description(
        'add a user to the configuration file; the password is asked for, or read as one line from standard input',
      )
      .argument('<name>')
      .option('--mounts <paths>', 'the mounts that the user sees, separated by commas; all where none are named')
      .option('--replace', 'change the password of a user who is there, and with --mounts the mounts')
      .action(add),
  );
  command.addCommand(
    withFile(new Command('remove'))
      .description('remove a user from the configuration file')
      .argument('<name>')
      .action(remove),
  );
  command.addCommand(
    withFile(new Command('list'))
      .description('print the name of every user and the mounts they see, separated by a tab')
      .option('--json', 'print one JSON object a line instead')
      .action(list),
  );
  return command;
}

function withFile(command: Command): Command {
  return command.option('--config <file>', 'the configuration file (PHOTODAV_CONFIG)');
}

async function add(written: string, flags: Flags & { readonly mounts?: string; readonly replace?: true }) {
  const name = checkedName(written);
  const mounts = flags.mounts?.split(',').map((path) => checkedPath(path.trim()));
  const { path } = fileOf(flags);
  let told = '';
  await editFile(path, async (text) => {
    const users = usersOf(text, path);
    const isNew = !users.some((user) => user.name === name);
    told = `user ${name} ${isNew ? 'added to' : 'changed in'} ${path}\n${users.length === 0 ? FIRST : ''}`;
    if (!isNew && flags.replace === undefined) {
      const advice = `to change the password, write \`photodav user add --replace ${name}\``;
      throw new AppError('CONFIG_INVALID', `there is a user ${name} already`, { advice });
    }
    const edit = (passwordHash: string) => withUser(text, { name, passwordHash, mounts }, path);
    // Before the question, whose answer would be lost.
    edit(unmatchableHash());
    return edit(await newPasswordHash(name));
  });
  process.stdout.write(told);
}

async function remove(written: string, flags: Flags) {
  const name = checkedName(written);
  const { path } = fileOf(flags);
  let left = '';
  await editFile(path, (text) => {
    const names = usersOf(text, path).map((user) => user.name);
    if (!names.includes(name)) {
      const advice = names.length === 0 ? 'there are no users' : suggest(name, names);
      throw new AppError('CONFIG_INVALID', `there is no user ${name} in ${path}`, { advice });
    }
    left = withoutUser(text, name, path);
    return left;
  });
  process.stdout.write(`user ${name} removed from ${path}\n`);
  const { layer, users } = parseFileLayer(left, path);
  for (const { message, advice = '' } of doorFaults(layer, users.length)) {
    process.stderr.write(`note: photodav will not start like this: ${message}\nadvice: ${advice}\n`);
  }
}

async function list(flags: Flags & { readonly json?: true }) {
  const { path, isNamed } = fileOf(flags);
  const text = await readText(path);
  if (text === undefined && isNamed) {
    throw new AppError('CONFIG_INVALID', `there is no file ${path}`, { advice: 'name the configuration file' });
  }
  const users = usersOf(text ?? '', path);
  process.stdout.write(users.map((user) => `${flags.json ? jsonOf(user) : lineOf(user)}\n`).join(''));
}

function lineOf({ name, mounts }: User): string {
  return `${name}\t${mounts ? mounts.join(' ') : 'all'}`;
}

function jsonOf({ name, mounts, access }: User): string {
  return JSON.stringify({ name, ...(mounts ? { mounts } : {}), access });
}

function fileOf({ config }: Flags): ConfigFile {
  return configFile(config === undefined ? {} : { '--config': config }, thisSystem());
}

function checkedName(written: string): string {
  const name = userName.safeParse(written);
  if (name.success) return name.data;
  const advice = 'take up to 255 characters, neither a colon nor control characters';
  throw new AppError('CONFIG_INVALID', `${JSON.stringify(written)} cannot be the name of a user`, { advice });
}

function checkedPath(written: string): string {
  const path = mountPath.safeParse(written);
  if (path.success) return path.data;
  throw new AppError('CONFIG_INVALID', `--mounts: ${JSON.stringify(written)} is no path of a mount`, {
    advice: 'write it as the configuration does, such as / or /family',
  });
}
