/** Which layer a value came from; a later one here yields to an earlier one. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** A value as somebody gave it, before it is checked. */
export interface Given {
  readonly value: unknown;
  readonly origin: Origin;
  /** Where to look for it: a flag, a variable, or a file with its line. Empty for a default. */
  readonly place: string;
  /** Folder that a relative path starts at. */
  readonly base: string;
}

/** What one layer, or all of them merged, gives: values by dotted path. */
export type Layer = ReadonlyMap<string, Given>;

/** Later layers win. */
export function mergeLayers(...layers: readonly Layer[]): Map<string, Given> {
  return new Map(layers.flatMap((layer) => [...layer]));
}

/** The object that dotted paths and their values describe; a number in a path is an index. */
export function toTree(values: Iterable<readonly [path: string, value: unknown]>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of values) {
    const names = path.split('.');
    let node: Record<string, unknown> = root;
    names.forEach((name, index) => {
      const next = names[index + 1];
      if (next === undefined) node[name] = value;
      else node = (node[name] ??= /^\d+$/.test(next) ? [] : {}) as Record<string, unknown>;
    });
  }
  return root;
}
