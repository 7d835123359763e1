import type { Collection, Members, Resource } from './resource.js';

/** A collection that knows its members. */
export interface Folder extends Collection {
  members(): Promise<Members>;
  /** The member of this name (NFC), without walking the rest; undefined if there is none. */
  member(name: string): Promise<Resource | Folder | undefined>;
}

/** True for a resource of the tree that has members. */
export function isFolder(resource: Resource | Folder | undefined): resource is Folder {
  return resource?.kind === 'collection' && 'members' in resource;
}

/** Folders, then what else is in a collection, made as it is asked for. */
export function withFolders(folders: readonly Folder[], members: Members): Members {
  if (folders.length === 0) return members;
  return {
    length: folders.length + members.length,
    *[Symbol.iterator]() {
      yield* folders;
      yield* members;
    },
  };
}
