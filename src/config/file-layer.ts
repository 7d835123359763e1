import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { suggest, type Fault } from './faults.js';
import type { Given, Layer } from './given.js';
import { MOUNT, OPTIONS } from './options.js';
import { systemErrorCode, systemErrorText } from './system-error.js';

const MAX_BYTES = 1024 * 1024;
const UNREADABLE = 'name a file that you may read with --config, or leave it out to use the default one';
const PATHS = new Set(OPTIONS.map((option) => option.path));
const SECTIONS = new Set(
  [...PATHS].filter((path) => path.includes('.')).map((path) => path.slice(0, path.indexOf('.'))),
);

/** What a configuration file gives, and what is wrong with it. */
export interface FileLayer {
  readonly layer: Layer;
  readonly faults: readonly Fault[];
}

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
    if (systemErrorCode(error) === 'ENOENT' && !isNamed) return { layer: new Map(), faults: [] };
    const message = `the configuration file ${path} cannot be read (${systemErrorText(error)})`;
    return { layer: new Map(), faults: [{ message, advice: UNREADABLE }] };
  }
  if (text.length > MAX_BYTES) {
    return { layer: new Map(), faults: [{ message: `the configuration file ${path} is larger than 1 MiB` }] };
  }
  return parseFileLayer(text.replace(/^\uFEFF/, ''), path);
}

/** What the text of a file gives; `path` is only for messages and relative paths. */
export function parseFileLayer(text: string, path: string): FileLayer {
  const layer = new Map<string, Given>();
  const faults: Fault[] = [];
  const place = (offset: number) => `${path} line ${text.slice(0, offset).split('\n').length}`;
  const wrong = (node: Node, name: string, reason: string) =>
    faults.push({ message: `${name} (${place(node.offset)}) ${reason}` });

  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  // The first error is the cause; those after it are mostly its echo.
  const broken = errors[0];
  if (broken) {
    const what = printParseErrorCode(broken.error)
      .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      .trim();
    return { layer, faults: [{ message: `${place(broken.offset)} is not JSON (${what})` }] };
  }
  if (root) section(root, '');
  return { layer, faults };

  function section(node: Node, prefix: string): void {
    const name = prefix === '' ? 'the configuration file' : prefix.slice(0, -1);
    if (node.type !== 'object') {
      wrong(node, name, 'must be an object');
      return;
    }
    for (const member of node.children ?? []) {
      const [key, value] = member.children ?? [];
      if (key && value) property(key, value, prefix);
    }
  }

  function property(key: Node, value: Node, prefix: string): void {
    const keyPath = prefix + String(key.value);
    if (PATHS.has(keyPath)) {
      const given = { value: getNodeValue(value) as unknown, origin: 'file', place: place(key.offset) } as const;
      layer.set(keyPath, { ...given, base: dirname(path) });
    } else if (keyPath === 'mounts') {
      mounts(value);
    } else if (SECTIONS.has(keyPath)) {
      section(value, `${keyPath}.`);
    } else {
      // An option of the mount is often written beside the mounts.
      const mount = prefix === MOUNT ? '' : 'mounts[0].';
      const near = [...PATHS].filter((known) => known.startsWith(prefix)).map((known) => known.replace(MOUNT, mount));
      const name = keyPath.replace(MOUNT, '');
      wrong(key, name, `is unknown; ${suggest(name, near)}`);
    }
  }

  function mounts(node: Node): void {
    const members = node.children ?? [];
    if (node.type !== 'array') wrong(node, 'mounts', 'must be a list of objects');
    else if (members.length > 1)
      wrong(node, 'mounts', `has ${members.length} members; one mount can be served for now`);
    else members.forEach((member) => section(member, MOUNT));
  }
}
