import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTempFolder, mustRun, run } from './clients.js';

export const DAVFS2 = { commands: ['mount.davfs', 'mount', 'umount'], packages: ['davfs2'], fuse: true, root: true };

// 1.6.1 lists nothing on Linux 6.16 and newer with its own buf_size of 16 (fixed in 1.7.2). A listing would tell it that
// a file is unchanged, so listings are asked for rarely, and files at every opening after a second.
const SETTINGS = ['ask_auth 0', 'use_locks 0', 'gui_optimize 0', 'buf_size 64', 'file_refresh 1'];

const CACHE = '/var/cache/davfs2';

export interface DavfsMount {
  /** The folder that it is mounted on. */
  readonly place: string;
  unmount(): Promise<void>;
}

export interface DavfsOptions {
  readonly name?: string;
  readonly password?: string;
  /** The server's own certificate, PEM. */
  readonly cert?: string;
  /** Seconds until a folder is listed again; 600 if absent. */
  readonly dirRefresh?: number;
}

/** Mounts a server with davfs2, read-only; throws what it said if it cannot. */
export async function mountDavfs(
  url: string,
  { name, password, cert, dirRefresh = 600 }: DavfsOptions = {},
): Promise<DavfsMount> {
  const folder = await makeTempFolder();
  const place = join(folder, 'mount');
  await mkdir(place);
  const file = (each: string): string => join(folder, each);
  const settings = [...SETTINGS, `dir_refresh ${dirRefresh}`];
  if (name !== undefined && password !== undefined) {
    await writeFile(file('secrets'), `${url} ${quoted(name)} ${quoted(password)}\n`, { mode: 0o600 });
    settings.push(`secrets ${file('secrets')}`);
  }
  if (cert !== undefined) {
    await writeFile(file('cert.pem'), cert);
    // It is read by davfs2's own user, whom no temporary folder lets in.
    await chmod(folder, 0o711);
    settings.push(`trust_server_cert ${file('cert.pem')}`);
  }
  await writeFile(file('davfs2.conf'), `${settings.join('\n')}\n`);
  const unmount = async (): Promise<void> => {
    await run('umount', [place]);
    await forgetBodies(place);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await mustRun('mount', ['-t', 'davfs', '-o', `ro,conf=${file('davfs2.conf')}`, url, place]);
  } catch (error) {
    await unmount();
    throw error;
  }
  return { place, unmount };
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** davfs2 keeps bodies between mounts, in a folder named after server and mount point. */
async function forgetBodies(place: string): Promise<void> {
  const name = place.replace(/^\//, '').replaceAll('/', '-');
  for (const entry of await readdir(CACHE).catch(() => [])) {
    if (entry.includes(name)) await rm(join(CACHE, entry), { recursive: true, force: true });
  }
}
