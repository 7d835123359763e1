import type { Naming } from '../../src/tree/naming.js';

/** Unique names by comparing every name with every other: simple, and too slow for a library. */
export function comparedNames(
  members: readonly { id: string; filename: string }[],
  naming: Naming,
  taken: ReadonlySet<string>,
): string[] {
  const names = members.map(({ id, filename }) => naming.segment(filename, id));
  const plainKeys = names.map((name) => naming.key(name));
  const used = new Set([...taken, ...plainKeys]);
  let untagged = members.flatMap(({ id }, index) => {
    const isAlone = plainKeys.filter((key) => key === plainKeys[index]).length === 1 && !taken.has(plainKeys[index]!);
    return isAlone ? [] : [{ id, index, plain: names[index]! }];
  });
  for (let attempt = 0; untagged.length > 0 && attempt < 49; attempt++) {
    const candidates = untagged.map(({ id, plain }) => naming.tagged(plain, id, attempt));
    const keys = candidates.map((name) => naming.key(name));
    const isFree = keys.map((key) => !used.has(key) && keys.filter((other) => other === key).length === 1);
    for (const [i, { index }] of untagged.entries()) if (isFree[i]) names[index] = candidates[i]!;
    for (const [i, key] of keys.entries()) if (isFree[i]) used.add(key);
    untagged = untagged.filter((_, i) => !isFree[i]);
  }
  return names;
}
