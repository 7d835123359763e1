import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createScanner, getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { suggest, type Fault } from './faults.js';
import type { Given, Layer } from './given.js';
import { asFirst, MOUNT, optionAt, OPTIONS, written } from './options.js';
import { systemErrorCode, systemErrorText } from '../system-error.js';

const MAX_BYTES = 1024 * 1024;
/** A configuration needs five. The parser calls itself for each, and thousands would end it. */
const MAX_DEPTH = 64;
const UNREADABLE = 'name a file that you may read with --config, or leave it out to use the default one';
const PATHS = OPTIONS.map((option) => option.path);
const SECTIONS = new Set(PATHS.flatMap((path) => [...path.matchAll(/\./g)].map(({ index }) => path.slice(0, index))));
/** What rclone's flag and variable make of the name of an option of a mount. */
const RCLONE_NAMES: ReadonlyMap<string, string> = new Map([
  ['gphotosProxy', 'proxy'],
  ['gphotos_proxy', 'proxy'],
]);
/** Sections that `null` leaves out. */
export const NULLABLE_SECTIONS: readonly string[] = ['server.tls'];

/** What a configuration file gives, and what is wrong with it. */
export interface FileLayer {
  readonly layer: Layer;
  readonly faults: readonly Fault[];
  /** False if there is no JSON in it, such as where it cannot be read, is empty, or was cut. */
  readonly holdsJson: boolean;
  /** Where each mount and each user stands. */
  readonly mounts: readonly string[];
  readonly users: readonly string[];
}

const EMPTY: FileLayer = { layer: new Map(), faults: [], holdsJson: false, mounts: [], users: [] };

/**
 * Reads a file of JSON, in which comments and trailing commas are allowed.
 *
 * A file that is absent is a fault only if it was asked for by name.
 */
export async function readFileLayer(path: string, isNamed: boolean): Promise<FileLayer> {
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' && !isNamed) return EMPTY;
    const message = `the configuration file ${path} cannot be read (${systemErrorText(error)})`;
    return { ...EMPTY, faults: [{ message, advice: UNREADABLE }] };
  }
  if (text.length > MAX_BYTES) {
    return { ...EMPTY, faults: [{ message: `the configuration file ${path} is larger than 1 MiB` }] };
  }
  return parseFileLayer(text, path);
}

/** What the text of a file gives; `path` is only for messages and relative paths. */
export function parseFileLayer(content: string, path: string): FileLayer {
  const text = content.replace(/^\uFEFF/, '');
  const place = (offset: number) => `${path} line ${text.slice(0, offset).split('\n').length}`;
  const deep = tooDeepAt(text);
  if (deep !== undefined)
    return { ...EMPTY, faults: [{ message: `${place(deep)} nests more than ${MAX_DEPTH} deep` }] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  // The first error is the cause; those after it are mostly its echo.
  const broken = errors[0];
  if (broken) {
    const what = printParseErrorCode(broken.error)
      .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      .trim();
    return { ...EMPTY, faults: [{ message: `${place(broken.offset)} is not JSON (${what})` }] };
  }
  if (!root) return EMPTY;
  const walk = new Walk(place, dirname(path));
  walk.section(root, '');
  return walk;
}

/** Where an object or a list begins that lies too deep; undefined if none does. */
function tooDeepAt(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const token = text[scanner.getTokenOffset()];
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth > MAX_DEPTH) return scanner.getTokenOffset();
  }
  return undefined;
}

/** One way through the tree of a file. */
class Walk implements FileLayer {
  readonly layer = new Map<string, Given>();
  readonly faults: Fault[] = [];
  readonly holdsJson = true;
  readonly mounts: string[] = [];
  readonly users: string[] = [];
  readonly #place: (offset: number) => string;
  readonly #base: string;

  constructor(place: (offset: number) => string, base: string) {
    this.#place = place;
    this.#base = base;
  }

  section(node: Node, prefix: string): void {
    if (node.type !== 'object') {
      if (node.type === 'null' && NULLABLE_SECTIONS.includes(prefix.slice(0, -1))) return;
      const name = prefix === '' ? 'the configuration file' : written(prefix.slice(0, -1));
      this.#wrong(node, prefix, name, 'must be an object');
      return;
    }
    const seen = new Set<unknown>();
    for (const member of node.children ?? []) {
      const [key, value] = member.children ?? [];
      if (!key || !value) continue;
      // Of two lists of users the first would still let somebody in.
      if (seen.has(key.value))
        this.#wrong(
          key,
          prefix + String(key.value),
          written(prefix + String(key.value)),
          'stands there twice; keep one',
        );
      else this.#property(key, value, prefix);
      seen.add(key.value);
    }
  }

  #property(key: Node, value: Node, prefix: string): void {
    const path = prefix + String(key.value);
    if (optionAt(path)) {
      const place = this.#place(key.offset);
      this.layer.set(path, { value: getNodeValue(value) as unknown, origin: 'file', place, base: this.#base });
    } else if (path === 'mounts' || path === 'users') {
      this.#members(value, path);
    } else if (path === '$schema') {
      // For editors.
    } else if (SECTIONS.has(asFirst(path))) {
      this.section(value, `${path}.`);
    } else {
      this.#unknown(key, path, prefix);
    }
  }

  #members(node: Node, list: 'mounts' | 'users'): void {
    if (node.type !== 'array') this.#wrong(node, list, list, 'must be a list of objects');
    else {
      for (const [index, member] of (node.children ?? []).entries()) {
        this[list].push(this.#place(member.offset));
        this.section(member, `${list}.${index}.`);
      }
    }
  }

  #unknown(key: Node, path: string, prefix: string): void {
    const isMember = /^(?:mounts|users)\./.test(prefix);
    const first = asFirst(prefix);
    const near = PATHS.filter((known) => known.startsWith(first));
    const name = isMember ? path.slice(prefix.length) : path;
    const known = near.map((each) => (isMember ? each.slice(first.length) : written(each)));
    const sections = prefix === '' ? [...SECTIONS].filter((section) => !section.includes('.')) : [];
    const meant = standsElsewhere(path) ?? suggest(RCLONE_NAMES.get(name) ?? name, known, sections);
    this.#wrong(key, path, name, `is unknown; ${meant}`);
  }

  #wrong(node: Node, path: string, name: string, reason: string): void {
    this.faults.push({ message: `${name} (${this.#place(node.offset)}) ${reason}`, path });
  }
}

/** Where the option or section belongs that was taken for one of a mount, or for one of the program; undefined if it is neither. */
function standsElsewhere(path: string): string | undefined {
  const isKnown = (other: string): boolean => optionAt(other) !== undefined || SECTIONS.has(other);
  const [, ownPath] = /^(?:mounts|users)\.\d+\.(.+)$/.exec(path) ?? [];
  if (ownPath === undefined) return isKnown(MOUNT + path) ? `did you mean ${written(MOUNT + path)}?` : undefined;
  return isKnown(ownPath) ? `it stands at the top: ${ownPath}` : undefined;
}
