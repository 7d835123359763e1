import { z } from 'zod';
import type { Fault } from './faults.js';
import type { FileLayer } from './file-layer.js';
import { toTree, type Layer } from './given.js';
import { describeIssue } from './issues.js';
import { mountPath } from './mount-path.js';
import { optionAt } from './options.js';
import { USER, userName, type User } from './users.js';

const USERS = z.object({ users: z.array(USER) });

/** The users of a configuration file before they are checked. */
export interface WrittenUsers {
  /** What is written of each, one after another; a user of whom nothing is written is there too. */
  readonly values: readonly unknown[];
  readonly layer: Layer;
}

/** The users of a file, and what is wrong with them or with the file as a whole. */
export interface CheckedUsers {
  readonly users: readonly User[];
  readonly faults: readonly Fault[];
}

/** The users of a file whatever stands beside them; `mounts` are the paths that there are. */
export function checkUsers(file: FileLayer, mounts: readonly string[], seeAll = false): CheckedUsers {
  const written = writtenUsers(file, seeAll);
  const checked = USERS.safeParse({ users: written.values });
  const own = file.faults.filter(({ path = '' }) => path === '' || /^users(?:\.|$)/.test(path));
  const issues = (checked.error?.issues ?? []).map((issue) => describeIssue(issue, written.layer, []));
  return { users: checked.data?.users ?? [], faults: [...own, ...issues, ...userFaults(written, mounts)] };
}

/** The users that a file names; `seeAll` leaves out which mounts they see. */
export function writtenUsers(file: FileLayer, seeAll: boolean): WrittenUsers {
  const layer = new Map(
    [...file.layer].filter(([path]) => {
      return path.startsWith('users.') && !(seeAll && optionAt(path)?.path === 'users.0.mounts');
    }),
  );
  const { users } = toTree([...layer].map(([path, { value }]) => [path, value] as const));
  const written: readonly unknown[] = Array.isArray(users) ? users : [];
  return { values: file.users.map((_, index) => written[index] ?? {}), layer };
}

/** What is wrong with users who are right one by one; `mounts` are the paths there are. */
export function userFaults({ values, layer }: WrittenUsers, mounts: readonly string[]): readonly Fault[] {
  const seen = new Map<string, string>();
  return values.flatMap((_, index) => {
    const name = layer.get(`users.${index}.name`);
    const own = userName.safeParse(name?.value).data;
    const who = own === undefined ? `users[${index}]` : `user ${own}`;
    const faults = mountFaults(who, layer, index, mounts);
    if (own === undefined || !name) return faults;
    const there = seen.get(own);
    seen.set(own, name.place);
    if (there === undefined) return faults;
    return [{ message: `${who} stands there twice (${there}, ${name.place}); keep one` }, ...faults];
  });
}

function mountFaults(who: string, layer: Layer, index: number, mounts: readonly string[]): readonly Fault[] {
  const given = layer.get(`users.${index}.mounts`);
  if (!given || !Array.isArray(given.value)) return [];
  const named: readonly unknown[] = given.value;
  if (named.length === 0) {
    const message = `${who} (${given.place}) has no mounts; name some or leave out \`mounts\` to allow all`;
    return [{ message }];
  }
  const paths = named.flatMap((each) => mountPath.safeParse(each).data ?? []);
  return paths
    .filter((path) => !mounts.includes(path))
    .map((path) => ({
      message: `${who} (${given.place}) names ${path}, and no mount stands there; known are ${mounts.join(', ')}`,
    }));
}
