import type { Command, CommanderError } from 'commander';
import { suggest } from '../config/faults.js';
import { AppError } from '../errors.js';

/**
 * What is wrong with the words of a command line, as a CONFIG_INVALID that names the help of their command.
 *
 * The value of an unknown flag is not repeated: it may be a secret.
 */
export function usageError({ code, message }: CommanderError, command: Command | undefined): AppError {
  const help = `\`photodav ${command ? nameOf(command) : 'serve'} --help\` lists the options`;
  if (code === 'commander.help' && command) {
    const known = command.commands.map((each) => each.name()).join(', ');
    return new AppError('CONFIG_INVALID', `${nameOf(command)} needs a command`, { advice: `choose one of ${known}` });
  }
  const [, flag] = /^error: unknown option '(--[^=']+)=/.exec(message) ?? [];
  if (flag !== undefined) return unknownWithValue(flag, command, help);
  const [what = '', hint] = message.replace(/^error: /, '').split('\n');
  const advice = hint === undefined ? help : `${hint.replace(/^\(D(.*)\)$/, 'd$1')} ${help}`;
  return new AppError('CONFIG_INVALID', what.replace(/\.$/, ''), { advice });
}

/** The words that choose a command, such as `user add`. */
export function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}

/** A flag written as `--flag=value`: commander calls one that takes no value unknown, and suggests nothing. */
function unknownWithValue(flag: string, command: Command | undefined, help: string): AppError {
  const known = command?.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []) ?? [];
  if (known.includes(flag)) {
    const advice = `write ${flag} alone, or leave it out; ${help}`;
    return new AppError('CONFIG_INVALID', `${flag} takes no value`, { advice });
  }
  const near = suggest(flag, known);
  const advice = near.startsWith('did you mean') ? `${near} ${help}` : help;
  return new AppError('CONFIG_INVALID', `unknown option '${flag}'`, { advice });
}
