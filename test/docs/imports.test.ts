import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const src = join(root, 'src');

interface Module {
  /** Path below src without extension, such as `sources/demo`; `bin/…` for the programs. */
  readonly name: string;
  readonly text: string;
  /** Names of modules of ours. */
  readonly own: readonly string[];
  /** Names of packages; Node's own are left out. */
  readonly packages: readonly string[];
}

function readModule(path: string): Module {
  const text = readFileSync(path, 'utf8');
  // Static and dynamic imports, of types too, and re-exports.
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const own = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => join(dirname(path), specifier).replace(join(root, 'dist'), src))
    .map(nameOf);
  const packages = specifiers
    .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
  return { name: nameOf(path), text, own, packages };
}

function nameOf(path: string): string {
  const name = path.replace(/\.[tj]s$/, '');
  return name.startsWith(src) ? relative(src, name) : relative(root, name);
}

function modulesIn(folder: string): readonly Module[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[tj]s$/.test(path))
    .map((path) => readModule(join(folder, path)));
}

const modules = [...modulesIn(src), ...modulesIn(join(root, 'bin'))];

/** Cells of each row of the table whose first heading this is, backticks removed. */
function tableOf(page: string, heading: string): readonly (readonly string[])[] {
  const table = page.match(/(?:^\|.*\n?)+/gm)?.find((text) => text.startsWith(`| ${heading} |`)) ?? '';
  const rows = table.split('\n').filter((line) => line !== '');
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

const listOf = (cell: string) =>
  cell
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
const layerRows = tableOf(page, 'Layer').map(([layers = '', allowed = '']) => ({ layers: listOf(layers), allowed }));
const rooms = tableOf(page, 'Package').map(([name = '', where = '']) => ({ name, where: listOf(where) }));
const layers = layerRows.flatMap((row) => row.layers);

const isIn = (module: string, layer: string) => module === layer || module.startsWith(`${layer}/`);

/** The rows that speak of a module, the most specific first: `sources/demo`, then `sources`. */
const layersOf = (module: string) => layers.filter((layer) => isIn(module, layer)).sort((a, b) => b.length - a.length);

function allowedFor(layer: string): readonly string[] {
  const index = layerRows.findIndex((row) => row.layers.includes(layer));
  const allowed = layerRows[index]?.allowed ?? '';
  if (allowed === 'everything below') return layerRows.slice(index + 1).flatMap((row) => row.layers);
  return listOf(allowed);
}

function mayImport(importer: string, imported: string): boolean {
  return layersOf(importer).some((layer) => [layer, ...allowedFor(layer)].some((allowed) => isIn(imported, allowed)));
}

/** A way from a module back to itself along imports, if there is one. */
function findCycle(): readonly string[] | undefined {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of byName.get(name)?.own ?? []) {
      const cycle = visit(next, [...way, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of byName.keys()) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe('the tables of docs/architecture.md', () => {
  it('have a row for every module', () => {
    expect(modules.filter(({ name }) => layersOf(name).length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('allow every import there is', () => {
    const forbidden = modules.flatMap(({ name, own }) =>
      own.filter((imported) => !mayImport(name, imported)).map((imported) => `${name} imports ${imported}`),
    );
    expect(forbidden).toEqual([]);
  });

  it.each(rooms)('keep $name in $where', ({ name, where }) => {
    const outside = modules.filter((module) => module.packages.includes(name));
    expect(outside.map((module) => module.name).filter((module) => !where.some((room) => isIn(module, room)))).toEqual(
      [],
    );
  });

  it('name layers and packages that exist', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
    expect(rooms.map(({ name }) => name).filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
    expect(layers.filter((layer) => !modules.some(({ name }) => isIn(name, layer)))).toEqual([]);
  });
});

describe('the modules', () => {
  it('import nothing in a circle', () => {
    expect(findCycle()).toBeUndefined();
  });

  it('read the environment in src/config only', () => {
    const readers = modules.filter(({ text }) =>
      /\bprocess\s*(?:\.\s*env|\[\s*'env')|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/.test(text),
    );
    expect(readers.map(({ name }) => name).filter((name) => !isIn(name, 'config'))).toEqual([]);
  });

  it('import only packages that package.json lists', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
    const missing = modules.flatMap(({ packages }) => packages.filter((name) => !Object.hasOwn(dependencies, name)));
    expect(missing).toEqual([]);
  });
});
