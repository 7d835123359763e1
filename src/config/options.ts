import { z } from 'zod';
import { SOURCES } from '../sources/index.js';
import { OPTION_FACTS, type OptionFacts } from './option-facts.js';
import { CONFIG_SCHEMA, MOUNT_FIELDS } from './schema.js';

/** The only mount there is for now, as a prefix of dotted paths. */
export const MOUNT = 'mounts.0.';

/** One option, as the schema tells it. */
export interface Option {
  /** Dotted, as in the file. */
  readonly path: string;
  /** As people call it: the path, but a mount's options without prefix. */
  readonly label: string;
  /** Absent for a secret: a process list shows flags. */
  readonly flag?: string;
  readonly variable: string;
  /** Variables of the system that stand in for it, strongest first. */
  readonly systemVariables: readonly string[];
  readonly kind: 'text' | 'number' | 'boolean' | 'list';
  readonly description: string;
  /** What may be written, in words. */
  readonly allowed: string;
  readonly placeholder: string;
  /** As in the file; absent if there is none, or if it depends on the system. */
  readonly defaultValue?: unknown;
  /** The default in words; absent if there is none. */
  readonly defaultText?: string;
  /** The source it belongs to; absent for the options of every source and of the program. */
  readonly source?: string;
  /** True if its value is never shown. */
  readonly isPrivate: boolean;
  readonly isPath: boolean;
  /** For an option that names a file with a secret in it: the path of that secret. */
  readonly secretPath?: string;
}

/** Options of sources that let somebody in. */
const SECRETS: readonly string[] = ['clientSecret', 'refreshToken', 'token'];

const SHORT_NAMES: Readonly<Record<string, string>> = { 'server.host': 'host', 'server.port': 'port' };

/** Every option there is, in the order of the file. */
export const OPTIONS: readonly Option[] = optionsOf(CONFIG_SCHEMA, '');

function mountOptions(): readonly Option[] {
  const shared = Object.entries(MOUNT_FIELDS).flatMap(([name, field]) => optionsOf(field, MOUNT + name));
  return [...shared, ...Object.entries(SOURCES).flatMap(([name, kind]) => optionsOf(kind.options, MOUNT, name))];
}

function optionsOf(schema: z.core.$ZodType, path: string, source?: string): readonly Option[] {
  const { base, description, facts, defaultValue } = unwrap(schema);
  if (base instanceof z.ZodTuple) return mountOptions();
  if (base instanceof z.ZodObject) {
    const prefix = path === '' || path.endsWith('.') ? path : `${path}.`;
    return Object.entries<z.core.$ZodType>(base.shape).flatMap(([name, field]) =>
      optionsOf(field, prefix + name, source),
    );
  }
  const label = path.startsWith(MOUNT) ? path.slice(MOUNT.length) : path;
  const isSecret = source !== undefined && SECRETS.includes(label);
  const option: Option = {
    path,
    label,
    ...(isSecret ? {} : { flag: flagOf(path, label) }),
    variable: `PHOTODAV_${flagOf(path, label).slice(2).replaceAll('-', '_').toUpperCase()}`,
    systemVariables: facts.systemVariables ?? [],
    kind: kindOf(base),
    description,
    allowed: facts.allowed ?? allowedBy(base),
    placeholder: facts.placeholder ?? placeholderOf(base),
    ...(defaultValue === undefined ? {} : { defaultValue, defaultText: defaultOf(defaultValue) }),
    ...(facts.defaultText === undefined ? {} : { defaultText: facts.defaultText }),
    ...(source === undefined ? {} : { source }),
    isPrivate: isSecret || facts.isPrivate === true,
    isPath: facts.isPath === true,
  };
  return isSecret ? [option, fileOption(option)] : [option];
}

/** The option that names a file holding the secret, so that the secret itself is in no process list or file of options. */
function fileOption({ path, label, variable, description, source }: Option): Option {
  return {
    path: `${path}File`,
    label: `${label}File`,
    flag: flagOf(`${path}File`, `${label}File`),
    variable: `${variable}_FILE`,
    systemVariables: [],
    kind: 'text',
    description: `a file that holds ${label}: ${description}`,
    allowed: 'the path of a file',
    placeholder: 'file',
    ...(source === undefined ? {} : { source }),
    isPrivate: false,
    isPath: true,
    secretPath: path,
  };
}

interface Unwrapped {
  readonly base: z.core.$ZodType;
  readonly description: string;
  readonly facts: OptionFacts;
  readonly defaultValue: unknown;
}

/** What is inside defaults, optionals and transforms; descriptions, facts and defaults are those of the outermost. */
function unwrap(schema: z.core.$ZodType): Unwrapped {
  const inner = innerOf(schema);
  const within: Unwrapped = inner
    ? unwrap(inner)
    : { base: schema, description: '', facts: {}, defaultValue: undefined };
  const hasDefault = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return {
    base: within.base,
    description: (schema instanceof z.ZodType ? schema.description : undefined) ?? within.description,
    facts: OPTION_FACTS.get(schema) ?? within.facts,
    defaultValue: hasDefault ? schema.def.defaultValue : within.defaultValue,
  };
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return schema.def.innerType;
  }
  return schema instanceof z.ZodPipe ? schema.def.in : undefined;
}

function flagOf(path: string, label: string): string {
  const name = SHORT_NAMES[path] ?? label;
  return `--${name.replaceAll('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function kindOf(base: z.core.$ZodType): Option['kind'] {
  if (base instanceof z.ZodNumber) return 'number';
  if (base instanceof z.ZodBoolean) return 'boolean';
  return base instanceof z.ZodArray ? 'list' : 'text';
}

function allowedBy(base: z.core.$ZodType): string {
  if (base instanceof z.ZodEnum) return orList(base.options.map(String));
  if (base instanceof z.ZodNumber) return `a whole number from ${String(base.minValue)} to ${String(base.maxValue)}`;
  return base instanceof z.ZodBoolean ? 'true or false' : 'text';
}

function placeholderOf(base: z.core.$ZodType): string {
  if (base instanceof z.ZodEnum) return base.options.join('|');
  return kindOf(base);
}

function defaultOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  return String(value);
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
