import type { User } from './users.js';

/** A user of whom something is wrong in the file. */
export interface DoubtfulUser {
  readonly name: string;
  /** As it is written; undefined if that is not clear. */
  readonly passwordHash: unknown;
  /** Those of the mounts that are named and there; undefined if none are named. */
  readonly mounts: readonly string[] | undefined;
}

/**
 * Those who could sign in before and still may while the file is mended: they stand there with the same password, and see
 * no more than before and nothing that is no longer named. A removed user, an old password or a withdrawn mount never
 * outlives its edit.
 */
export function stillThere(before: readonly User[], doubtful: readonly DoubtfulUser[]): readonly User[] {
  return before.flatMap((user) => {
    const written = doubtful.filter(({ name }) => name === user.name);
    const isSame = written.length > 0 && written.every(({ passwordHash }) => passwordHash === user.passwordHash);
    if (!isSame) return [];
    const limits = [user, ...written].flatMap(({ mounts }) => (mounts ? [mounts] : []));
    const [first, ...others] = limits;
    if (!first) return [user];
    const mounts = first.filter((path) => others.every((each) => each.includes(path)));
    return mounts.length > 0 ? [{ ...user, mounts }] : [];
  });
}
