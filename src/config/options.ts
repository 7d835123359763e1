import { z } from 'zod';
import { SOURCES } from '../sources/index.js';
import { OPTION_FACTS, type OptionFacts } from './option-facts.js';
import { CONFIG_SCHEMA, MOUNT_FIELDS } from './schema.js';

/** The first mount and the first user as prefixes of dotted paths; their options stand for those of every one. */
export const MOUNT = 'mounts.0.';
export const USER_PREFIX = 'users.0.';

/** One option, as the schema tells it. */
export interface Option {
  /** Dotted, as in the file; `mounts.0.layout` stands for the layout of every mount. */
  readonly path: string;
  /** As people call it: the path, but a mount's options without prefix. */
  readonly label: string;
  /** Absent for a secret, as a process list shows flags, and for what only the file can hold. */
  readonly flag?: string;
  /** Absent for what only the file can hold. */
  readonly variable?: string;
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
  /** The sources it belongs to; absent for the options of every source and of the program. */
  readonly sources?: readonly string[];
  /** True if its value is never shown. */
  readonly isSecret: boolean;
  /** True if its value may hold a secret, and is not repeated when it is refused. */
  readonly isPrivate: boolean;
  readonly isPath: boolean;
  /** Words of a list that stand for others. */
  readonly standsFor: Readonly<Record<string, readonly string[]>>;
  /** What a value is checked with as it is written; what it is turned into afterwards is left out. */
  readonly schema: z.core.$ZodType;
  /** For an option that names a file with a secret in it: the path of that secret. */
  readonly secretPath?: string;
}

/** Options of sources that let somebody in. */
const SECRETS: readonly string[] = ['clientSecret', 'refreshToken', 'token'];

/** Those whose value is refused if it holds a password, and must not be echoed then. */
const PRIVATE: readonly string[] = ['proxy'];

/** A mount or a user, as the beginning of a dotted path. */
const MEMBER = /^(mounts|users)\.\d+\./;

const SHORT_NAMES: Readonly<Record<string, string>> = {
  'server.host': 'host',
  'server.port': 'port',
  'server.insecureNoAuth': 'insecureNoAuth',
  'mounts.0.path': 'mountPath',
};

/** Every option there is, in the order of the file. */
export const OPTIONS: readonly Option[] = optionsOf(CONFIG_SCHEMA, '');

const BY_PATH = new Map(OPTIONS.map((option) => [option.path, option]));

/** The option at this path, whichever mount or user it belongs to. */
export function optionAt(path: string): Option | undefined {
  return BY_PATH.get(asFirst(path));
}

/** The option at this path or, for a member of a list, the one that holds it. */
export function optionAround(path: string): Option | undefined {
  const first = `${asFirst(path)}.`;
  return OPTIONS.find((option) => first.startsWith(`${option.path}.`));
}

/** The path of an option in the mount or user that `path` is of. */
export function besides(path: string, option: string): string {
  const [member = ''] = MEMBER.exec(path) ?? [];
  return option.replace(MEMBER, member);
}

/** As people write the path: `mounts.1.layout` is `mounts[1].layout`. */
export function written(path: string): string {
  return path.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
}

/** What people call the option at this path; which mount it is of is told only where there are several. */
export function labelAt(path: string, mountCount: number): string {
  return path.startsWith(MOUNT) && mountCount === 1 ? path.slice(MOUNT.length) : written(path);
}

/** The path of the same option or section in the first mount or user. */
export function asFirst(path: string): string {
  return path.replace(MEMBER, '$1.0.');
}

function mountOptions(): readonly Option[] {
  const shared = Object.entries(MOUNT_FIELDS).flatMap(([name, field]) => optionsOf(field, MOUNT + name));
  const byPath = new Map<string, Option>();
  for (const [name, kind] of Object.entries(SOURCES)) {
    for (const option of optionsOf(kind.options, MOUNT, name)) {
      const known = byPath.get(option.path);
      byPath.set(option.path, known ? { ...known, sources: [...(known.sources ?? []), name] } : option);
    }
  }
  return [...shared, ...byPath.values()];
}

/** Whether a mount of this source may have the option. */
export function isOptionOf({ sources }: Option, source: string): boolean {
  return sources?.includes(source) ?? true;
}

/** The options of a schema whose keys begin with `path`; `source` is whose they are. */
export function optionsOf(schema: z.core.$ZodType, path: string, source?: string): readonly Option[] {
  const { base, description, facts, defaultValue } = unwrap(schema);
  if (base instanceof z.ZodTuple) return mountOptions();
  if (base instanceof z.ZodArray && base.element instanceof z.ZodObject) return optionsOf(base.element, USER_PREFIX);
  if (base instanceof z.ZodObject) {
    const prefix = path === '' || path.endsWith('.') ? path : `${path}.`;
    return Object.entries<z.core.$ZodType>(base.shape).flatMap(([name, field]) =>
      optionsOf(field, prefix + name, source),
    );
  }
  const label = path.startsWith(MOUNT) ? path.slice(MOUNT.length) : written(path);
  const isSecret = facts.isSecret === true || (source !== undefined && SECRETS.includes(label));
  const isFileOnly = path.startsWith(USER_PREFIX);
  const option: Option = {
    path,
    label,
    ...(isSecret || isFileOnly ? {} : { flag: flagOf(path, label) }),
    ...(isFileOnly ? {} : { variable: `PHOTODAV_${flagOf(path, label).slice(2).replaceAll('-', '_').toUpperCase()}` }),
    systemVariables: facts.systemVariables ?? [],
    kind: kindOf(base),
    description,
    allowed: facts.allowed ?? allowedBy(base),
    placeholder: facts.placeholder ?? placeholderOf(base),
    ...(defaultValue === undefined ? {} : { defaultValue, defaultText: defaultOf(defaultValue) }),
    ...(facts.defaultText === undefined ? {} : { defaultText: facts.defaultText }),
    ...(source === undefined ? {} : { sources: [source] }),
    isSecret,
    isPrivate: isSecret || facts.isPrivate === true || (source !== undefined && PRIVATE.includes(label)),
    isPath: facts.isPath === true,
    standsFor: facts.standsFor ?? {},
    schema: base,
  };
  return isSecret ? [option, fileOption(option)] : [option];
}

/** The option that names a file holding the secret, so that the secret itself is in no process list or file of options. */
function fileOption({ path, label, variable, description, sources }: Option): Option {
  return {
    path: `${path}File`,
    label: `${label}File`,
    flag: flagOf(`${path}File`, `${label}File`),
    ...(variable === undefined ? {} : { variable: `${variable}_FILE` }),
    systemVariables: [],
    kind: 'text',
    description: `a file that holds ${label}: ${description}`,
    allowed: 'the path of a file',
    placeholder: 'file',
    ...(sources === undefined ? {} : { sources }),
    isSecret: false,
    isPrivate: false,
    isPath: true,
    standsFor: {},
    schema: z.string(),
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
  if (base instanceof z.ZodURL) return 'an address that begins with http:// or https://';
  return base instanceof z.ZodBoolean ? 'true or false' : 'text';
}

function placeholderOf(base: z.core.$ZodType): string {
  if (base instanceof z.ZodEnum) return base.options.join('|');
  return base instanceof z.ZodURL ? 'url' : kindOf(base);
}

function defaultOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  return String(value);
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
