import { isDeepStrictEqual } from 'node:util';
import { findNodeAtLocation, parse, parseTree, type Node } from 'jsonc-parser';
import { AppError } from '../errors.js';
import { pathsOfMounts } from './cross-checks.js';
import { configError } from './faults.js';
import { parseFileLayer } from './file-layer.js';
import { indentUnit, withMember, withoutMember, withValue } from './json-edits.js';
import type { User } from './users.js';
import { checkUsers } from './written-users.js';

const SYNTAX = { allowTrailingComma: true, allowEmptyContent: true };

/** What is written of a user; `access` is left to its default. */
export type NewUser = Pick<User, 'name' | 'passwordHash' | 'mounts'>;

/** The users in a configuration file's text; `path` is for messages. Throws CONFIG_INVALID if they cannot be taken. */
export function usersOf(text: string, path: string): readonly User[] {
  const file = parseFileLayer(text, path);
  const { users, faults } = checkUsers(file, pathsOfMounts(file.layer, Math.max(1, file.mounts.length)));
  if (faults.length > 0) throw configError(faults);
  return users;
}

/** The text with the user added, or with another password and mounts for the one of that name; what is absent stays. */
export function withUser(text: string, { name, passwordHash, mounts }: NewUser, path: string): string {
  const users = usersOf(text, path);
  const index = users.findIndex((user) => user.name === name);
  const written = { passwordHash, ...(mounts ? { mounts } : {}) };
  const expected = index < 0 ? [...membersOf(text), { name, ...written }] : membersOf(text);
  if (index < 0) return checked(text, addUser(text, { name, ...written }), expected, path);
  let edited = text;
  for (const [key, value] of Object.entries(written)) {
    const user = userAt(edited, index);
    const node = findNodeAtLocation(user, [key]);
    const json = JSON.stringify(value);
    edited = node ? withValue(edited, node, json) : withMember(edited, user, `${JSON.stringify(key)}: ${json}`);
  }
  const changed = expected.with(index, { ...(expected[index] as object), ...written });
  return checked(text, edited, changed, path);
}

/** The text without the user of this name, who must be there. */
export function withoutUser(text: string, name: string, path: string): string {
  const index = usersOf(text, path).findIndex((user) => user.name === name);
  const list = usersNode(text);
  if (index < 0 || !list) throw new AppError('CONFIG_INVALID', `there is no user ${name}`);
  return checked(text, withoutMember(text, list, index), membersOf(text).toSpliced(index, 1), path);
}

function addUser(text: string, user: NewUser): string {
  const unit = indentUnit(text);
  const member = JSON.stringify(user, undefined, unit);
  const list = usersNode(text);
  if (list) return withMember(text, list, member);
  const property = `"users": ${JSON.stringify([user], undefined, unit)}`;
  const root = rootOf(text);
  if (root) return withMember(text, root, property);
  const head = text.trimEnd();
  return `${head}${head === '' ? '' : '\n'}{\n${unit}${property.replaceAll('\n', `\n${unit}`)}\n}\n`;
}

/** The edited text if it holds these users and all else as before. */
function checked(before: string, after: string, users: readonly unknown[], path: string): string {
  usersOf(after, path);
  if (isDeepStrictEqual(valueOf(after), { ...(valueOf(before) as object | undefined), users })) return after;
  throw new AppError('INTERNAL', 'the edit of the configuration file would have changed more than its users');
}

function userAt(text: string, index: number): Node {
  const user = usersNode(text)?.children?.[index];
  if (!user) throw new AppError('INTERNAL', 'a user is missing in the configuration file');
  return user;
}

function membersOf(text: string): readonly unknown[] {
  const value = valueOf(text) as { readonly users?: readonly unknown[] } | undefined;
  return value?.users ?? [];
}

function valueOf(text: string): unknown {
  return parse(text, [], SYNTAX);
}

function usersNode(text: string): Node | undefined {
  const root = rootOf(text);
  return root && findNodeAtLocation(root, ['users']);
}

function rootOf(text: string): Node | undefined {
  return parseTree(text, [], SYNTAX);
}
