import { createServer, type RequestListener, type Server } from 'node:http';
import type { Server as NetServer } from 'node:net';
import type { Account } from './account.js';
import type { EmulatorOptions, ReadyLine } from './emulator.js';
import { googleHosts, pathHost } from './google-hosts.js';
import { gphotosdlHost } from './gphotosdl.js';
import { createListener, type Route } from './host.js';
import { Listener } from './listener.js';
import { mediaHost, videoHost } from './media.js';
import { OAuth } from './oauth.js';
import { createSecure } from './secure.js';

/** Longer than a client keeps an idle connection: Google does not hang up first either. */
const KEEP_ALIVE_MS = 240_000;

/** What became of an emulator's servers. */
export interface Listening {
  readonly addresses: Pick<ReadyLine, 'api' | 'media' | 'caFile' | 'proxy' | 'gphotosdl'>;
  /** Ends every connection, and takes the certificate away. */
  close(): Promise<void>;
}

/** Listens everywhere or nowhere. */
export async function listenAll(
  { host = '127.0.0.1', port = 0, tls, caFile, gphotosdl }: EmulatorOptions,
  account: Account,
  control: (method: string, path: string) => Route | undefined,
): Promise<Listening> {
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(ends.splice(0).map((end) => end()));
  };
  const listen = async (server: NetServer, at = 0): Promise<string> => {
    const listener = new Listener(server);
    const origin = await listener.listen(host, at);
    ends.push(() => listener.close());
    return origin;
  };
  const plain = (listener: RequestListener): Server => createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
  try {
    const origins = { media: '', video: '', photos: '' };
    const [media, video] = [mediaHost(account, origins), videoHost(account, origins)];
    origins.media = await listen(plain(createListener(() => media, account)));
    origins.video = await listen(plain(createListener(() => video, account)));
    const originals = gphotosdlHost(account, origins);
    const bytes = {
      media: origins.media,
      ...(gphotosdl ? { gphotosdl: await listen(plain(createListener(() => originals, account))) } : {}),
    };
    const oauth = new OAuth(account);
    const byName = googleHosts(account, oauth);
    const byPath = pathHost(account, oauth, origins, control);
    const listener = createListener((request) => byName(request) ?? byPath, account);
    if (!tls) {
      origins.photos = await listen(plain(listener), port);
      return { addresses: { api: origins.photos, ...bytes }, close };
    }
    const secure = await createSecure(listener, KEEP_ALIVE_MS, caFile);
    ends.push(() => secure.caFile.remove());
    origins.photos = await listen(secure.front(plain(listener)), port);
    const proxy = await listen(secure.proxy);
    return { addresses: { api: origins.photos, ...bytes, caFile: secure.caFile.path, proxy }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
