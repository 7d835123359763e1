import { isLoopback, listenHost } from './addresses.js';
import type { Fault } from './faults.js';
import type { FileLayer } from './file-layer.js';
import type { Layer } from './given.js';
import { mountPath, mountPathKey } from './mount-path.js';
import { userName } from './users.js';

const LET_IN = 'would let other machines in, and there are no users: anyone on the network could read the library';
const WAYS =
  'add a user with `photodav user add NAME`; or keep 127.0.0.1, and reach it through an SSH tunnel ' +
  '(`ssh -L 8008:127.0.0.1:8008 SERVER`) or a reverse proxy with a sign-in; or let everybody in with --insecure-no-auth';

/** What is wrong with options that are right one by one. */
export function crossFaults(layer: Layer, mountCount: number, places: Pick<FileLayer, 'mounts' | 'users'>) {
  return [
    ...doorFaults(layer, places.users.length),
    ...mountFaults(layer, mountCount, places.mounts),
    ...userFaults(layer, mountCount, places.users),
  ];
}

/** Whether an address beyond this machine is open to everybody though nobody has said so. */
function doorFaults(layer: Layer, userCount: number): readonly Fault[] {
  const given = layer.get('server.host');
  const host = listenHost.safeParse(given?.value);
  const isWished = layer.get('server.insecureNoAuth')?.value === true;
  if (!given || !host.success || isLoopback(host.data) || userCount > 0 || isWished) return [];
  return [{ message: `server.host (${given.place}) ${JSON.stringify(given.value)}: ${LET_IN}`, advice: WAYS }];
}

/** Paths that clients would take for one. */
function mountFaults(layer: Layer, count: number, places: readonly string[]): readonly Fault[] {
  const seen = new Map<string, string>();
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
    return [];
  });
}

function userFaults(layer: Layer, mountCount: number, places: readonly string[]): readonly Fault[] {
  const known = Array.from({ length: mountCount }).flatMap((_, index) => {
    return mountPath.safeParse(layer.get(`mounts.${index}.path`)?.value ?? '/').data ?? [];
  });
  const seen = new Map<string, string>();
  return places.flatMap((_, index) => {
    const name = layer.get(`users.${index}.name`);
    const own = userName.safeParse(name?.value);
    const faults: Fault[] = [];
    if (name && own.success) {
      const there = seen.get(own.data);
      if (there !== undefined)
        faults.push({ message: `user ${own.data} stands there twice (${there}, ${name.place}); keep one` });
      seen.set(own.data, name.place);
    }
    const allowed = layer.get(`users.${index}.mounts`);
    if (!allowed || !Array.isArray(allowed.value)) return faults;
    const who = own.success ? `user ${own.data}` : `users[${index}]`;
    if (allowed.value.length === 0) {
      const message = `${who} (${allowed.place}) has no mounts; name some or leave out \`mounts\` to allow all`;
      return [...faults, { message }];
    }
    for (const written of allowed.value) {
      const path = mountPath.safeParse(written);
      if (!path.success || known.includes(path.data)) continue;
      const message = `${who} (${allowed.place}) names ${path.data}, and no mount stands there; known are ${known.join(', ')}`;
      faults.push({ message });
    }
    return faults;
  });
}
