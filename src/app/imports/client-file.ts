import { z } from 'zod';
import { unusable, type ImportedClient } from './imported.js';

const clientSchema = z.looseObject({
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  redirect_uris: z.array(z.string()).default([]),
});
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Where `photodav login` can wait for the answer to a web client; the port is the one rclone uses too. */
const REDIRECT_ADVICE =
  'make a client of type Desktop app at https://console.cloud.google.com/auth/clients and import its file; or add ' +
  'http://127.0.0.1:53682/ to the "Authorized redirect URIs" of this one, and download its file again';

/** The file of an OAuth client as the Google Cloud console gives it, with `installed` or `web` at its top. */
export function readClientFile(value: object): ImportedClient {
  const isWeb = 'web' in value;
  const parsed = clientSchema.safeParse(isWeb ? value.web : 'installed' in value ? value.installed : undefined);
  if (!parsed.success) {
    const advice =
      'download it again, at the time the client is made: at https://console.cloud.google.com/auth/clients, a new secret ' +
      'can be added to a client whose file was lost';
    throw unusable("a client's file without its client_id or client_secret", advice);
  }
  const { client_id: clientId, client_secret: clientSecret, redirect_uris: redirectUris } = parsed.data;
  const client: ImportedClient = { kind: 'client', clientId, clientSecret };
  if (!isWeb) return client;
  const redirectUri = redirectUris.map(loopbackOf).find((uri) => uri !== undefined);
  if (redirectUri) return { ...client, redirectUri };
  throw unusable('a web client that has no redirect URI on this machine', REDIRECT_ADVICE);
}

function loopbackOf(written: string): URL | undefined {
  if (!URL.canParse(written)) return undefined;
  const uri = new URL(written);
  // Google compares letter by letter, and a URL never comes without its path.
  if (uri.href !== written || uri.protocol !== 'http:' || uri.port === '') return undefined;
  return LOOPBACK.includes(uri.hostname) ? uri : undefined;
}
