import type { FoundFile, SpoolFiles } from './spool-files.js';

/** What an earlier run has left whole. */
export interface Leftover {
  readonly key: string;
  readonly size: number;
  readonly name: string;
  readonly wholeAtMs: number;
}

/** The name of a whole: it is one only as long as its length is the one it tells. */
export function wholeName(key: string, size: number): string {
  return `${key}-${size}`;
}

/** The name of what is still coming; another one each time, so that nobody writes into it but who made it. */
export function partName(key: string, size: number, id: string): string {
  return `${wholeName(key, size)}.${id}.part`;
}

/**
 * What can be used again, the oldest first. What is half, of another length than its name tells, too old, or of a version
 * that is not the item's latest, is removed; files that are not the spool's are left alone.
 */
export async function tidy(files: SpoolFiles, nowMs: number, keepMs: number): Promise<readonly Leftover[]> {
  const found = [...(await files.list())].sort((a, b) => a.writtenAtMs - b.writtenAtMs);
  const kept = new Map<string, Leftover>();
  for (const file of found) {
    const [, key, size, rest] = /^([0-9a-f]{32})-(\d+)(\..*\.part)?$/.exec(file.name) ?? [];
    if (key === undefined) continue;
    const wholeAtMs = Math.min(file.writtenAtMs, nowMs);
    const isGood = rest === undefined && Number(size) === file.size && wholeAtMs + keepMs > nowMs;
    const outdated = kept.get(key);
    if (isGood) kept.set(key, { key, size: file.size, name: file.name, wholeAtMs });
    if (!isGood) await remove(files, file);
    else if (outdated) await remove(files, outdated);
  }
  return [...kept.values()].sort((a, b) => a.wholeAtMs - b.wholeAtMs);
}

/** One that cannot be removed is no reason not to start. */
async function remove(files: SpoolFiles, { name }: Pick<FoundFile, 'name'>): Promise<void> {
  await files.remove(name).catch(() => undefined);
}
