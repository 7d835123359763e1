import { Option, type Command } from 'commander';
import { OPTIONS, type Option as ConfigOption } from '../config/options.js';
import type { Flags } from '../config/text-layers.js';
import { AppError } from '../errors.js';
import { wrapped } from './help-layout.js';
import { nameOf } from './usage-error.js';

const GROUPS: readonly (readonly [heading: string, belongs: (option: ConfigOption) => boolean])[] = [
  ['What is shown:', (option) => option.path.startsWith('mounts.') && option.sources === undefined],
  ['A Google account:', (option) => option.sources !== undefined],
  ['Whose links it follows:', ({ path }) => path === 'gateway' || path.startsWith('linkToken')],
  ['Where it is served:', ({ path }) => path.startsWith('server.') || path.startsWith('proxy.')],
  ['More:', () => true],
];

/** Options that a command depends on, as beginnings of their dotted paths. */
export type Relevant = readonly string[];

export const FOR_SIGN_IN: Relevant = [
  ...['mounts.0.source', 'mounts.0.clientId', 'mounts.0.clientSecret', 'mounts.0.account'],
  ...['dataDir', 'google.', 'log.'],
];
const FOR_GOOGLE: Relevant = [...FOR_SIGN_IN, 'mounts.0.refreshToken', 'mounts.0.token', 'quota.'];
export const FOR_PICKS: Relevant = [...FOR_GOOGLE, 'mounts.0.timeZone', 'pins.'];
export const FOR_ALBUMS: Relevant = [...FOR_GOOGLE, 'catalog.'];

/**
 * Adds a flag for every option of the configuration; their help tells description, variable and default. Where a command
 * depends on some of them alone, it shows those, and takes the others too, so that what fits `serve` fits it as well.
 */
export function addConfigFlags(command: Command, relevant?: Relevant): Command {
  command.optionsGroup('Where options come from:');
  command.option('--config <file>', 'read options from this file of JSON; comments are allowed (PHOTODAV_CONFIG)');
  const demo = new Option('--demo', 'show the demo library, whatever else is configured (PHOTODAV_DEMO=true)');
  command.addOption(demo.hideHelp(relevant !== undefined));
  addFlags(command, OPTIONS, relevant);
  const others = '\nEvery other option of `photodav serve` is taken too, and changes nothing here.';
  return relevant === undefined ? command : command.addHelpText('after', () => wrapped(others));
}

/** Adds a flag for each of the options, under its heading, and says how those are given that have none. */
export function addFlags(command: Command, options: readonly ConfigOption[], relevant?: Relevant): Command {
  const isShown = ({ path }: ConfigOption): boolean => relevant?.some((start) => path.startsWith(start)) ?? true;
  for (const [heading] of GROUPS) {
    for (const option of options) {
      if (option.flag === undefined || groupOf(option) !== heading) continue;
      command.addOption(flagOf(option, option.flag).hideHelp(!isShown(option)));
    }
  }
  const secrets = options.filter(({ flag, variable }) => flag === undefined && variable !== undefined);
  for (const secret of secrets) refuseSecret(command, secret, options);
  const variables = secrets.filter(isShown).flatMap(({ variable }) => variable ?? []);
  const told = `\nSecrets have no flags, for a list of processes shows those: ${variables.join(', ')}`;
  return command.addHelpText('after', () => wrapped(told));
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
      advice: `set ${variable ?? ''}, or name a file that holds the secret with ${file}; \`photodav ${nameOf(command)} --help\` lists the options`,
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
