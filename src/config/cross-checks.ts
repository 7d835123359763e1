import { isLoopback, listenHost } from './addresses.js';
import type { Fault } from './faults.js';
import type { Layer } from './given.js';
import { mountPath, mountPathKey } from './mount-path.js';

const LET_IN = 'would let other machines in, and there are no users: anyone on the network could read the library';
const WAYS =
  'add a user with `photodav user add NAME`; or keep 127.0.0.1, and reach it through an SSH tunnel ' +
  '(`ssh -L 8008:127.0.0.1:8008 SERVER`) or a reverse proxy with a sign-in; or let everybody in with --insecure-no-auth';

/** Whether an address beyond this machine is open to everybody though nobody has said so. */
export function doorFaults(layer: Layer, userCount: number): readonly Fault[] {
  const given = layer.get('server.host');
  const host = listenHost.safeParse(given?.value);
  const isWished = layer.get('server.insecureNoAuth')?.value === true;
  if (!given || !host.success || isLoopback(host.data) || userCount > 0 || isWished) return [];
  return [{ message: `server.host (${given.place}) ${JSON.stringify(given.value)}: ${LET_IN}`, advice: WAYS }];
}

/** Paths that clients would take for one, as a whole or in the folders that lead there. */
export function mountFaults(layer: Layer, count: number, places: readonly string[]): readonly Fault[] {
  const seen = new Map<string, string>();
  const folders = new Map<string, { readonly path: string; readonly where: string }>();
  return Array.from({ length: count }).flatMap((_, index) => {
    const given = layer.get(`mounts.${index}.path`);
    const path = mountPath.safeParse(given?.value ?? '/');
    if (!path.success) return [];
    const here = `mounts[${index}].path (${given?.place ?? places[index] ?? ''})`;
    const key = mountPathKey(path.data);
    const there = seen.get(key);
    if (there !== undefined)
      return [{ message: `${there} and ${here} are both ${path.data}; give each mount a path of its own` }];
    seen.set(key, here);
    for (const folder of foldersOf(path.data)) {
      const known = folders.get(mountPathKey(folder));
      if (known && known.path !== folder)
        return [{ message: `${known.where} has ${known.path}, and ${here} has ${folder}; write them alike` }];
      folders.set(mountPathKey(folder), known ?? { path: folder, where: here });
    }
    return [];
  });
}

/** `/a`, `/a/b` and `/a/b/c` for the last of them. */
function foldersOf(path: string): readonly string[] {
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`);
}

/** Where the mounts stand, as far as that is told well. */
export function pathsOfMounts(layer: Layer, count: number): readonly string[] {
  return Array.from({ length: count }).flatMap((_, index) => {
    return mountPath.safeParse(layer.get(`mounts.${index}.path`)?.value ?? '/').data ?? [];
  });
}
