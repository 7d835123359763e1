import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import cacache from 'cacache';
import { currentStore } from './disk-store.js';

/** What a store on disk holds, found without changing it. */
export interface StoreInspection {
  readonly values: number;
  readonly bytes: number;
  /** Values whose contents were read; all of them if there was time. */
  readonly read: number;
  /** Those of them whose contents are gone, or not what was written. */
  readonly damaged: number;
  /** Stores of other versions, which the next start removes. */
  readonly others: readonly string[];
  /** Of each namespace, how many items there are and of how many the size is known, as far as was read. */
  readonly sizes: ReadonlyMap<string, SizeCount>;
}

export interface SizeCount {
  readonly items: number;
  readonly known: number;
}

type Entry = Awaited<ReturnType<typeof cacache.ls>>[string];

const SIZES = /^(.+)\/sizes\/original\/\d+$/;

export interface InspectOptions {
  /** True once no more is to be read; sizes are read first. */
  readonly isEnough: () => boolean;
  readonly signal: AbortSignal;
}

/** Looks at the store below `folder`, which need not be there. Rejects with what the system says if it cannot be read. */
export async function inspectStore(folder: string, { isEnough, signal }: InspectOptions): Promise<StoreInspection> {
  const names = await readdir(folder).catch(() => []);
  const current = currentStore(folder);
  const entries = Object.values(await cacache.ls(current));
  const sizes = new Map<string, SizeCount>();
  let [read, damaged] = [0, 0];
  for (const entry of entries.toSorted((a, b) => Number(SIZES.test(b.key)) - Number(SIZES.test(a.key)))) {
    signal.throwIfAborted();
    if (isEnough()) break;
    const value = await contentsOf(current, entry);
    read += 1;
    if (value === undefined) damaged += 1;
    else countSizes(entry.key, value, sizes);
  }
  return {
    values: entries.length,
    bytes: entries.reduce((sum, { size }) => sum + size, 0),
    read,
    damaged,
    others: names.filter((name) => /^v\d+$/.test(name) && join(folder, name) !== current),
    sizes,
  };
}

/** Undefined if they are damaged. A server that is running may have replaced the value meanwhile. */
async function contentsOf(folder: string, { key, integrity }: Entry): Promise<string | undefined> {
  try {
    return (await cacache.get.byDigest(folder, integrity)).toString('utf8');
  } catch {
    const now: { readonly integrity: string } | null = await cacache.get.info(folder, key);
    return now?.integrity === integrity ? undefined : '';
  }
}

function countSizes(key: string, value: string, sizes: Map<string, SizeCount>): void {
  const [, namespace] = SIZES.exec(key) ?? [];
  if (namespace === undefined || value === '') return;
  const [, page] = JSON.parse(value) as [string, { readonly sizes: readonly (number | null)[] }];
  const { items, known } = sizes.get(namespace) ?? { items: 0, known: 0 };
  const more = page.sizes.filter((size) => size !== null).length;
  sizes.set(namespace, { items: items + page.sizes.length, known: known + more });
}
