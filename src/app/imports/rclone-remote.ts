import { parseToken } from '../../google/auth/token.js';
import { lasting } from './granted-token.js';
import { unusable, type Imported, type ImportedOption } from './imported.js';

/** A remote of rclone's: its settings by their names. */
export type RcloneRemote = ReadonlyMap<string, string>;

export const RCLONE_TYPE = 'google photos';

const READ_SIZE: Readonly<Record<string, string>> = { true: 'on-list', false: 'off' };

/** rclone's names of settings, and what becomes of each value. */
const COUNTERPARTS: Readonly<Record<string, (written: string) => Pick<ImportedOption, 'path' | 'value'>>> = {
  read_size: (written) => ({ path: 'mounts.0.readSize', value: READ_SIZE[written] ?? written }),
  start_year: (written) => ({ path: 'mounts.0.startYear', value: Number(written) }),
  include_archived: (written) => ({ path: 'mounts.0.includeArchived', value: asBoolean(written) }),
  proxy: (written) => ({ path: 'mounts.0.proxy', value: written }),
};

/** Said by the sign-in itself, or true of photodav anyway. */
const SAID_OTHERWISE: readonly string[] = ['type', 'token', 'client_id', 'client_secret', 'read_only', 'description'];

/** A remote of type `google photos`; one without a token brings its OAuth client alone. */
export function readRcloneRemote(remote: RcloneRemote, name = 'it'): Imported {
  const of = (key: string): string | undefined => (remote.get(key) === '' ? undefined : remote.get(key));
  const [type, clientId, clientSecret, token] = ['type', 'client_id', 'client_secret', 'token'].map(of);
  if (type !== undefined && type !== RCLONE_TYPE) {
    throw unusable(`a remote of type ${type.slice(0, 40)}`, `import one of type ${RCLONE_TYPE}`);
  }
  if ([clientId, clientSecret, token].some((value) => /^X{3,}$/.test(value ?? ''))) {
    const advice = 'import what `rclone config show` prints; `rclone config redacted` leaves the secrets out';
    throw unusable('a remote whose secrets were made unreadable', advice);
  }
  if (token === undefined) {
    if (clientId !== undefined && clientSecret !== undefined) return { kind: 'client', clientId, clientSecret };
    const advice = `run \`rclone config reconnect\` for ${name} first, or sign in with \`photodav login\``;
    throw unusable('a remote that nobody has signed in with', advice);
  }
  return {
    ...lasting(parseToken(token)),
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    options: optionsOf(remote),
    withoutOption: [...remote.keys()].filter((key) => !SAID_OTHERWISE.includes(key) && !(key in COUNTERPARTS)),
  };
}

function optionsOf(remote: RcloneRemote): readonly ImportedOption[] {
  const options = [...remote].flatMap(([from, written]): ImportedOption[] => {
    const counterpart = Object.hasOwn(COUNTERPARTS, from) ? COUNTERPARTS[from] : undefined;
    return counterpart && written !== '' ? [{ from, ...counterpart(written) }] : [];
  });
  // Whoever had it with rclone has links and scripts with its paths.
  const layout = { path: 'mounts.0.layout', from: 'type', value: 'rclone' };
  return remote.has('type') ? [layout, ...options] : options;
}

function asBoolean(written: string): boolean | string {
  return written === 'true' || (written === 'false' ? false : written);
}
