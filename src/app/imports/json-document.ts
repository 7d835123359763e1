import { z } from 'zod';
import { parseToken } from '../../google/auth/token.js';
import { alistStorages, readAlist } from './alist.js';
import { readClientFile } from './client-file.js';
import { lasting } from './granted-token.js';
import { unusable, type Imported } from './imported.js';
import { readRcloneDump } from './rclone-config.js';
import { readRcloneRemote } from './rclone-remote.js';

/** As `gcloud auth application-default login` and Google's libraries keep a sign-in. */
const userSchema = z.looseObject({
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  refresh_token: z.string().min(1),
});
/** As `rclone authorize` writes what it hands to another rclone. */
const blobSchema = z.looseObject({ token: z.string().startsWith('{') });

/** JSON of one of the kinds that people have; `name` chooses among several remotes or storages. */
export function readDocument(value: object, name?: string): Imported {
  refuseOthers(value);
  if ('installed' in value || 'web' in value) return readClientFile(value);
  const storages = alistStorages(value);
  if (storages) return readAlist(storages, name);
  const blob = blobSchema.safeParse(value);
  if (blob.success)
    return readRcloneRemote(new Map(Object.entries(blob.data).map(([key, each]) => [key, String(each)])));
  const user = userSchema.safeParse(value);
  if (user.success) {
    const { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken } = user.data;
    return lasting({ clientId, clientSecret, refreshToken });
  }
  return readRcloneDump(value, name) ?? lasting(parseToken(JSON.stringify(value)));
}

function refuseOthers(value: object): void {
  const type = 'type' in value && typeof value.type === 'string' ? value.type : undefined;
  if (type === 'service_account') {
    const advice =
      'a service account has no photos, and Google Photos takes none; make an OAuth client of type Desktop app: ' +
      '`photodav login --guide` tells how';
    throw unusable("a service account's key", advice);
  }
  if (type?.startsWith('external_account') || type === 'impersonated_service_account') {
    throw unusable(`credentials of type ${type.slice(0, 40)}`, 'sign in as a person, with `photodav login`');
  }
  if ('error' in value) {
    throw unusable('an answer in which Google refuses a sign-in', 'sign in again, with `photodav login`');
  }
}
