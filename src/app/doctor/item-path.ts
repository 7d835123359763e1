import { MemoryStore } from '../../catalog/store/memory-store.js';
import type { ResourceTree } from '../../tree/resource.js';
import { openCatalog, rootOf } from '../libraries.js';
import { Trees } from '../trees.js';
import type { MountSetup } from './mount-setup.js';

/** Folders below a mount in any layout: a view, a year, a month. */
const MAX_DEPTH = 4;

/**
 * The path of an item, as the server has it; undefined if a listing takes more than one page, for names follow from all of
 * the members of a folder. Costs a few requests.
 */
export async function pathOfAnItem(setup: MountSetup): Promise<string | undefined> {
  const { mount, config, source, firstPage } = setup;
  const { members, next } = await firstPage();
  if (members.length === 0 || next !== undefined) return undefined;
  const catalog = openCatalog(config, await source(), new MemoryStore(), 'off', setup);
  try {
    const tree = new Trees([{ mount, root: rootOf(mount), catalog }], config.tree).for(undefined);
    const top = mount.path.split('/').filter((segment) => segment !== '');
    const found = await itemBelow(tree, top, MAX_DEPTH);
    return found && `/${found.join('/')}`;
  } finally {
    await catalog.close();
  }
}

async function itemBelow(
  tree: ResourceTree,
  segments: readonly string[],
  depth: number,
): Promise<readonly string[] | undefined> {
  const members = [...((await tree.members(segments)) ?? [])];
  const item = members.find(({ kind }) => kind === 'media');
  if (item) return [...segments, item.name];
  if (depth === 0) return undefined;
  for (const { kind, name } of members) {
    const found = kind === 'collection' ? await itemBelow(tree, [...segments, name], depth - 1) : undefined;
    if (found) return found;
  }
  return undefined;
}
