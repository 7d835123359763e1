import type { Fault } from './faults.js';
import type { FileLayer } from './file-layer.js';
import { toTree, type Layer } from './given.js';
import { describeIssue } from './issues.js';
import type { DoubtfulUser } from './kept-users.js';
import { mountPath } from './mount-path.js';
import { optionAt } from './options.js';
import { USER, userName, type User } from './users.js';

/** The users of a configuration file before they are checked. */
export interface WrittenUsers {
  /** What is written of each, one after another; a user of whom nothing is written is there too. */
  readonly values: readonly unknown[];
  readonly layer: Layer;
}

/** The users of a file one by one, and what is wrong with them or with the file as a whole. */
export interface CheckedUsers {
  /** Those who are right. */
  readonly users: readonly User[];
  /** Those of whom something is wrong, but not the name. */
  readonly doubtful: readonly DoubtfulUser[];
  readonly faults: readonly Fault[];
}

/** The users of a file whatever stands beside them; `mounts` are the paths that there are. */
export function checkUsers(file: FileLayer, mounts: readonly string[], seeAll = false): CheckedUsers {
  const written = writtenUsers(file, seeAll);
  const checked = written.values.map((value) => USER.safeParse(value));
  const own = file.faults.filter(({ path = '' }) => path === '' || /^users(?:\.|$)/.test(path));
  const issues = checked.flatMap(({ error }, index) => {
    const ofUser = (path: readonly PropertyKey[]) => ['users', index, ...path];
    return (error?.issues ?? []).map((issue) => ({
      ...describeIssue({ ...issue, path: ofUser(issue.path) }, written.layer, []),
      path: ofUser(issue.path).map(String).join('.'),
    }));
  });
  const faults = [...own, ...issues, ...userFaults(written, mounts)];
  // Of two lists, say, either may be the one that leaves somebody out.
  if (own.some(({ path = '' }) => path === '' || path === 'users')) return { users: [], doubtful: [], faults };

  const names = written.values.map((_, index) => nameAt(written.layer, index));
  const isTwice = (name: string | undefined) => names.indexOf(name) !== names.lastIndexOf(name);
  const isWrong = (start: string) => faults.some(({ path = '' }) => path === start || path.startsWith(`${start}.`));
  return {
    users: checked.flatMap(({ data }, index) => {
      return data && !isWrong(`users.${index}`) && !isTwice(names[index]) ? [data] : [];
    }),
    doubtful: names.flatMap((name, index) => {
      if (name === undefined || !(isWrong(`users.${index}`) || isTwice(name))) return [];
      const value = (key: string) => written.layer.get(`users.${index}.${key}`)?.value;
      const isUnclear = isWrong(`users.${index}.name`) || isWrong(`users.${index}.passwordHash`);
      const named = value('mounts');
      return [
        {
          name,
          passwordHash: isUnclear ? undefined : value('passwordHash'),
          mounts: named === undefined ? undefined : pathsIn(named).filter((path) => mounts.includes(path)),
        },
      ];
    }),
    faults,
  };
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
    const own = nameAt(layer, index);
    const who = own === undefined ? `users[${index}]` : `user ${own}`;
    const faults = mountFaults(who, layer, index, mounts);
    if (own === undefined || !name) return faults;
    const there = seen.get(own);
    seen.set(own, name.place);
    if (there === undefined) return faults;
    const message = `${who} stands there twice (${there}, ${name.place}); keep one`;
    return [{ message, path: `users.${index}` }, ...faults];
  });
}

function mountFaults(who: string, layer: Layer, index: number, mounts: readonly string[]): readonly Fault[] {
  const path = `users.${index}.mounts`;
  const given = layer.get(path);
  if (!given || !Array.isArray(given.value)) return [];
  if (given.value.length === 0) {
    const message = `${who} (${given.place}) has no mounts; name some or leave out \`mounts\` to allow all`;
    return [{ message, path }];
  }
  return pathsIn(given.value)
    .filter((each) => !mounts.includes(each))
    .map((each) => ({
      message: `${who} (${given.place}) names ${each}, and no mount stands there; known are ${mounts.join(', ')}`,
      path,
    }));
}

function nameAt(layer: Layer, index: number): string | undefined {
  return userName.safeParse(layer.get(`users.${index}.name`)?.value).data;
}

/** The paths of mounts in what is written, of whatever type. */
function pathsIn(value: unknown): readonly string[] {
  const members: readonly unknown[] = Array.isArray(value) ? value : [value];
  return members.flatMap((each) => mountPath.safeParse(each).data ?? []);
}
