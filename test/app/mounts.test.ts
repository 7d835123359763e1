import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { User } from '../../src/config/users.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { hashPassword } from '../../src/http/password.js';
import { createLog } from '../../src/log.js';
import { propfind } from '../support/http-client.js';
import { readMultistatus } from '../support/multistatus.js';

let folder: string;
let emulator: Emulator;
let apps: App[];

/** Serves what the file says; gives the server's origin. */
async function serve(file: object, users?: () => Promise<readonly User[]>): Promise<string> {
  const path = join(folder, 'config.json');
  const common = { server: { port: 0 }, google: { endpoint: emulator.ready.api }, catalog: { store: 'memory' } };
  await writeFile(path, JSON.stringify({ ...common, dataDir: folder, ...file }));
  const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
  const { values } = await loadConfig({ '--config': path }, system);
  const app = await createApp(values, { log: createLog({ level: 'silent' }), ...(users ? { users } : {}) });
  apps.push(app);
  const [url] = await app.listen();
  return url!.origin;
}

const account = () => {
  const { clientId, clientSecret, refreshToken } = emulator.ready;
  return { source: 'library', clientId, clientSecret, refreshToken };
};

/** Names at a path, without the path's own; the status where it is none of 207. */
async function names(origin: string, path: string, signIn?: string): Promise<readonly string[] | number> {
  const headers = signIn === undefined ? {} : { Authorization: `Basic ${Buffer.from(signIn).toString('base64')}` };
  const { status, text } = await propfind(origin, path, { headers });
  if (status !== 207) return status;
  const [, ...members] = readMultistatus(text);
  return members.map(({ href }) => decodeURIComponent(href.slice(path.length).replace(/\/$/, '')));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-mounts-'));
  emulator = await startEmulator({ items: 300 });
  apps = [];
});

afterAll(async () => {
  for (const app of apps) await app.close();
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

describe('several mounts', () => {
  let origin: string;
  beforeAll(async () => {
    origin = await serve({
      mounts: [
        { path: '/', ...account() },
        { path: '/family/broken', ...account(), refreshToken: '1//of-nobody' },
        { path: '/family/sync', ...account(), layout: 'rclone', rootFolderId: 'root' },
        { path: '/demo', source: 'demo', layout: 'alist' },
      ],
    });
  });

  it('stand beside what is mounted at the top', async () => {
    const top = ['Albums', 'All', 'By day', 'By month', 'By year', 'Favorites', 'demo', 'family'];
    expect([...((await names(origin, '/')) as string[])].sort()).toEqual(top);
    expect([...((await names(origin, '/family/')) as string[])].sort()).toEqual(['broken', 'sync']);
  });

  it('each have a layout', async () => {
    expect([...((await names(origin, '/family/sync/')) as string[])].sort()).toEqual(['album', 'feature', 'media']);
    expect([...((await names(origin, '/demo/')) as string[])].sort()).toEqual(['全部媒体', '全部影集'].sort());
  });

  it('fail alone: 503 for the account that Google refuses, and the rest goes on', async () => {
    expect(await names(origin, '/family/broken/')).toBe(503);
    expect(await names(origin, '/All/')).toHaveLength(297);
    expect(await names(origin, '/family/sync/album/')).toHaveLength(2);
  });
});

describe('a server without users', () => {
  it('asks for a password from the first user on', async () => {
    let users: User[] = [];
    const origin = await serve({ mounts: [{ path: '/', source: 'demo' }] }, () => Promise.resolve(users));
    expect(await names(origin, '/')).toContain('All');
    users = [{ name: 'ada', passwordHash: await hashPassword('a:b'), access: 'read' }];
    expect(await names(origin, '/')).toBe(401);
    expect(await names(origin, '/', 'ada:a:b')).toContain('All');
    users = [];
    expect(await names(origin, '/', 'ada:a:b')).toBe(401);
  });
});

describe('users of different mounts', () => {
  let origin: string;
  beforeAll(async () => {
    origin = await serve({
      mounts: [
        { path: '/hers', ...account() },
        { path: '/his', source: 'demo' },
      ],
      users: [
        { name: 'ada', passwordHash: await hashPassword('a:b'), mounts: ['/hers'] },
        { name: 'max', passwordHash: await hashPassword('grün'), mounts: ['/his'] },
        { name: 'eva', passwordHash: await hashPassword('both') },
      ],
    });
  });

  it('see their own', async () => {
    expect(await names(origin, '/', 'ada:a:b')).toEqual(['hers']);
    expect(await names(origin, '/', 'max:grün')).toEqual(['his']);
    expect([...((await names(origin, '/', 'eva:both')) as string[])].sort()).toEqual(['hers', 'his']);
    expect(await names(origin, '/hers/All/', 'ada:a:b')).toHaveLength(297);
  });

  it.each(['/his/', '/his', '/his/All/', '/%68is/', '/HIS/'])('find nothing at %s of another', async (path) => {
    expect(await names(origin, path, 'ada:a:b')).toBe(404);
  });

  it('refresh what they see and no more, once a minute', async () => {
    const post = (signIn: string) =>
      fetch(`${origin}/.photodav/refresh`, {
        method: 'POST',
        headers: { Authorization: `Basic ${Buffer.from(signIn).toString('base64')}` },
      });
    await names(origin, '/hers/All/', 'ada:a:b');
    emulator.resetCounters();
    expect((await post('max:grün')).status).toBe(202);
    expect((await post('max:grün')).status).toBe(429);
    expect(emulator.counters()['albums.list'] ?? 0).toBe(0);
    expect((await post('eva:both')).status).toBe(202);
    expect((await post('ada:a:b')).status).toBe(429);
  });

  it('need a password', async () => {
    expect(await names(origin, '/')).toBe(401);
    expect(await names(origin, '/', 'ada:both')).toBe(401);
    expect(await names(origin, '/', 'constructor')).toBe(401);
  });
});
