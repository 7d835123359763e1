import { Option, type Command } from 'commander';
import { OPTIONS, type Option as ConfigOption } from '../config/options.js';
import type { Flags } from '../config/text-layers.js';
import { AppError } from '../errors.js';
import { nameOf } from './usage-error.js';

const GROUPS: readonly (readonly [heading: string, belongs: (option: ConfigOption) => boolean])[] = [
  ['What is shown:', (option) => option.path.startsWith('mounts.') && option.sources === undefined],
  ['A Google account:', (option) => option.sources !== undefined],
  ['Whose links it follows:', ({ path }) => path === 'gateway' || path.startsWith('linkToken')],
  ['Where it is served:', ({ path }) => path.startsWith('server.') || path.startsWith('proxy.')],
  ['More:', () => true],
];

/** Adds a flag for every option of the configuration; their help tells description, variable and default. */
export function addConfigFlags(command: Command): Command {
  command.optionsGroup('Where options come from:');
  command.option('--config <file>', 'read options from this file of JSON; comments are allowed (PHOTODAV_CONFIG)');
  command.option('--demo', 'show the demo library, whatever else is configured (PHOTODAV_DEMO=true)');
  return addFlags(command, OPTIONS);
}

/** Adds a flag for each of the options, under its heading, and says how those are given that have none. */
export function addFlags(command: Command, options: readonly ConfigOption[]): Command {
  for (const [heading] of GROUPS) {
    for (const option of options) {
      if (option.flag !== undefined && groupOf(option) === heading) command.addOption(flagOf(option, option.flag));
    }
  }
  const secrets = options.filter(({ flag, variable }) => flag === undefined && variable !== undefined);
  for (const secret of secrets) refuseSecret(command, secret, options);
  const variables = secrets.flatMap(({ variable }) => variable ?? []).join(', ');
  command.addHelpText('after', `\nSecrets have no flags, for a list of processes shows those: ${variables}`);
  return command;
}

/** The flags that were given, as `loadConfig` takes them. */
export function configFlags(command: Command): Flags {
  const values = command.opts<Record<string, string | true | undefined>>();
  const given = command.options.flatMap((option): [string, string | true][] => {
    const value = values[option.attributeName()];
    return value === undefined || option.long === undefined ? [] : [[option.long, value]];
  });
  return Object.fromEntries(given);
}

/** A secret as a flag is refused by name, with the ways there are to give it, and without repeating it. */
function refuseSecret(command: Command, { path, variable }: ConfigOption, options: readonly ConfigOption[]): void {
  const file = options.find(({ secretPath }) => secretPath === path)?.flag;
  const flag = file?.replace(/-file$/, '');
  if (file === undefined || flag === undefined) return;
  command.addOption(new Option(`${flag} [secret]`).hideHelp());
  command.on(`option:${flag.slice(2)}`, () => {
    throw new AppError('CONFIG_INVALID', `unknown option '${flag}': a list of processes would show the secret`, {
      advice: `set ${variable ?? ''}, or name a file that holds the secret with ${file}; \`photodav ${nameOf(command)} --help\` lists every option`,
    });
  });
}

function groupOf(option: ConfigOption): string {
  return GROUPS.find(([, belongs]) => belongs(option))?.[0] ?? '';
}

function flagOf(option: ConfigOption, flag: string): Option {
  const usual = option.defaultText === undefined ? '' : `; default: ${option.defaultText}`;
  const help = `${option.description} (${option.variable ?? ''}${usual})`;
  const value = option.kind === 'boolean' ? `[${option.placeholder}]` : `<${option.placeholder}>`;
  return new Option(`${flag} ${value}`, help).helpGroup(groupOf(option));
}
