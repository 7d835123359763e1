import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { hashPassword } from '../../src/http/password.js';
import { makeCertificate, type Certificate } from '../support/certificate.js';
import { describeClient, inTempFolder, makeTempFolder, mustRun, run, type RunResult } from '../support/clients.js';
import { curl } from '../support/curl.js';
import { DAVFS2, mountDavfs } from '../support/davfs2.js';
import { eventually } from '../support/eventually.js';
import { ask, type Reply } from '../support/http-client.js';
import { makeLibrary, PLAIN_ALBUM, type FileFact, type LibraryFacts } from '../support/library.js';
import { readMultistatus } from '../support/multistatus.js';
import { startProgram, type Program } from '../support/program.js';
import { digests } from '../support/tree-on-disk.js';
import { basic } from '../support/users.js';

interface Person {
  readonly name: string;
  readonly password: string;
  /** Where her own mount stands. */
  readonly mount: string;
}

/** Hers is the emulator's library, his the demo. Both passwords hurt somebody: colons, spaces, quotes, umlauts. */
const ANA: Person = { name: 'ana', password: 'rose: a "rose" is', mount: '/hers' };
const ZOE: Person = { name: 'zoë', password: 'Grüße: é+/%', mount: '/family/his' };
const BASE = '/dav';

let folder: string;
let facts: LibraryFacts;
let emulator: Emulator;
let certificate: Certificate;
let program: Program;
/** The album that every client reads. */
let files: readonly FileFact[];

const inFolder = (name: string): string => join(folder, name);

/** Writes the configuration, all of which is in the file. */
async function configure(users: readonly Person[]): Promise<void> {
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const written = await Promise.all(
    users.map(async ({ name, password, mount }) => ({
      name,
      passwordHash: await hashPassword(password),
      mounts: [mount],
    })),
  );
  const config = {
    server: { basePath: BASE, tls: { certFile: 'cert.pem', keyFile: 'key.pem' } },
    google: { endpoint: api },
    mounts: [
      { path: ANA.mount, source: 'library', clientId, clientSecret, refreshToken },
      { path: ZOE.mount, source: 'demo' },
    ],
    users: written,
  };
  await writeFile(inFolder('config.json'), JSON.stringify(config));
}

const askAs = (
  { name, password }: Pick<Person, 'name' | 'password'>,
  target: string,
  method: string,
): Promise<Reply> => {
  const headers = { Authorization: basic(name, password), Depth: '1' };
  return ask(new URL(program.url).origin, target, { method, headers, ca: certificate.cert });
};

/** Paths of the members of a collection, decoded. */
async function membersAs(person: Person, target: string): Promise<readonly string[]> {
  const { status, text } = await askAs(person, target, 'PROPFIND');
  expect([target, status]).toEqual([target, 207]);
  const [, ...members] = readMultistatus(text);
  return members.map(({ href }) => decodeURIComponent(href));
}

beforeAll(async () => {
  folder = await makeTempFolder();
  facts = await makeLibrary(await makeTempFolder(), { videos: 'short' });
  ({ files } = facts.albums.find(({ title }) => title === PLAIN_ALBUM)!);
  emulator = await startEmulator({ library: facts.folder });
  certificate = await makeCertificate();
  await writeFile(inFolder('cert.pem'), certificate.cert);
  await writeFile(inFolder('key.pem'), certificate.key);
  await configure([ANA, ZOE]);
  program = await startProgram({ flags: ['--config', inFolder('config.json')] });
}, 60_000);

afterAll(async () => {
  await program.stop();
  await emulator.close();
  for (const each of [folder, facts.folder]) await rm(each, { recursive: true, force: true });
}, 60_000);

describeClient('rclone over TLS', { commands: ['rclone'], packages: ['rclone'] }, () => {
  async function rclone({ name, password }: Person, ...args: readonly string[]): Promise<RunResult> {
    const { stdout } = await mustRun('rclone', ['obscure', '-'], { input: password });
    const who = ['--webdav-user', name, '--webdav-pass', stdout.trim(), '--ca-cert', inFolder('cert.pem')];
    const remote = ['--webdav-url', program.url, '--webdav-vendor', 'other', '--config', '/dev/null', '--retries', '1'];
    return run('rclone', [...args, ...remote, ...who]);
  }

  it.each([
    { own: ANA, other: ZOE },
    { own: ZOE, other: ANA },
  ])('signs $own.name in, and shows just one library', async ({ own, other }) => {
    const { exitCode, stdout } = await rclone(own, 'lsf', '-R', ':webdav:');
    expect(exitCode).toBe(0);
    const paths = stdout.trim().split('\n');
    expect(paths.filter((path) => path.startsWith(`${own.mount.slice(1)}/`)).length).toBeGreaterThan(20);
    expect(paths.filter((path) => path.startsWith(other.mount.split('/')[1]!))).toEqual([]);
  });

  it('copies an album byte for byte', async () => {
    await inTempFolder(async (target) => {
      const { exitCode } = await rclone(ANA, 'copy', `:webdav:hers/Albums/${PLAIN_ALBUM}`, target);
      expect(exitCode).toBe(0);
      expect(await digests(target)).toEqual(new Map(files.map(({ filename, sha256 }) => [filename, sha256])));
    });
  });

  it('is refused with a wrong password, and finds nothing of another', async () => {
    const wrong = await rclone({ ...ANA, password: 'wrong' }, 'lsf', ':webdav:');
    expect([wrong.exitCode === 0, wrong.stdout]).toEqual([false, '']);
    expect(wrong.stderr).toContain('401');
    const others = await rclone(ANA, 'lsf', `:webdav:${ZOE.mount}`);
    expect([others.exitCode === 0, others.stdout]).toEqual([false, '']);
    expect(others.stderr).toContain('directory not found');
  });
});

describeClient('davfs2 over TLS', DAVFS2, () => {
  it('signs in, lists its own mount, and reads an album byte for byte', async () => {
    const mount = await mountDavfs(`${program.url}/`, { ...ANA, cert: certificate.cert });
    try {
      expect((await readdir(mount.place)).filter((name) => name !== 'lost+found')).toEqual(['hers']);
      const read = await digests(join(mount.place, 'hers', 'Albums', PLAIN_ALBUM));
      expect(read).toEqual(new Map(files.map(({ filename, sha256 }) => [filename, sha256])));
    } finally {
      await mount.unmount();
    }
  }, 60_000);

  it('does not mount with a wrong password', async () => {
    const attempt = mountDavfs(`${program.url}/`, { ...ANA, password: 'wrong', cert: certificate.cert });
    await expect(attempt).rejects.toThrow(/401|authenticat/i);
  }, 60_000);
});

describeClient('curl over TLS', { commands: ['curl'], packages: ['curl'] }, () => {
  const file = `${BASE}/hers/Albums/${encodeURIComponent(PLAIN_ALBUM)}/IMG_0001.jpg`;
  const get = ({ name, password }: Pick<Person, 'name' | 'password'>, ...options: readonly string[]) => {
    const url = `${new URL(program.url).origin}${file}`;
    return curl('--cacert', inFolder('cert.pem'), '--user', `${name}:${password}`, ...options, url);
  };

  it('downloads a file, and a part of it', async () => {
    const whole = await get(ANA);
    expect([whole.status, whole.body.length]).toEqual([200, files[0]!.bytes]);
    const part = await get(ANA, '--range', '10-19');
    expect([part.status, part.body.equals(whole.body.subarray(10, 20))]).toEqual([206, true]);
  });

  it('signs in as Windows does, which puts a domain before the name', async () => {
    expect((await get({ ...ANA, name: 'HOME\\ana' })).status).toBe(200);
  });

  it.each([
    ['a wrong password', { name: 'ana', password: 'rose' }, 401],
    ["another's file", ZOE, 404],
  ])('is refused %s', async (_, who, status) => {
    const answer = await get(who);
    expect([answer.status, 'www-authenticate' in answer.headers]).toEqual([status, status === 401]);
  });
});

describe('two users of different mounts', () => {
  it('each see their own, in every folder above it', async () => {
    expect(await membersAs(ANA, '/')).toEqual(['/dav/']);
    expect(await membersAs(ANA, '/dav/')).toEqual(['/dav/hers/']);
    expect(await membersAs(ZOE, '/dav/')).toEqual(['/dav/family/']);
    expect(await membersAs(ZOE, '/dav/family/')).toEqual(['/dav/family/his/']);
    expect(await membersAs(ZOE, '/dav/family/his/')).toContain('/dav/family/his/Albums/');
  });

  it.each([
    { person: ANA, target: '/dav/family' },
    { person: ANA, target: '/dav/family/' },
    { person: ANA, target: '/dav/family/his/' },
    { person: ANA, target: '/dav/family/his/Albums/Sahara/' },
    { person: ANA, target: '/dav/family/his/README.txt' },
    { person: ANA, target: '/dav/%66amily/%68is/' },
    { person: ANA, target: '/dav/FAMILY/HIS/' },
    { person: ANA, target: '/d%61v/family/' },
    { person: ANA, target: '/family/his/' },
    { person: ANA, target: '/his/' },
    { person: ANA, target: '/dav/hers/family/his/' },
    { person: ZOE, target: '/dav/hers' },
    { person: ZOE, target: '/dav/hers/' },
    { person: ZOE, target: '/dav/%68ers/All/' },
    { person: ZOE, target: '/dav/hers/Albums/Summer%202024/IMG_0001.jpg' },
    { person: ZOE, target: '/dav/family/hers/' },
    { person: ZOE, target: '/dav/family/his/hers/' },
  ])('$person.name cannot tell $target from what is not there', async ({ person, target }) => {
    for (const method of ['PROPFIND', 'GET', 'HEAD']) {
      const told = ({ status, headers, text }: Reply) => ({ status, headers: { ...headers, date: '' }, text });
      const nowhere = told(await askAs(person, '/dav/nowhere', method));
      expect(nowhere.status).toBe(404);
      expect(told(await askAs(person, target, method))).toEqual(nowhere);
    }
  });

  it.each([
    '/dav/family/%2e%2e/hers/',
    '/dav/hers/..%2f..%2ffamily/',
    '/dav//hers/',
    '/dav/family/his/..%5c..%5chers/',
  ])('do not get out of their own by %s', async (target) => {
    for (const person of [ANA, ZOE]) {
      for (const method of ['PROPFIND', 'GET', 'HEAD']) {
        expect([400, 404]).toContain((await askAs(person, target, method)).status);
      }
    }
  });
});

describe('a configuration that is edited while the program runs', () => {
  const statusOf = async (person: Person): Promise<number> => (await askAs(person, '/dav/', 'PROPFIND')).status;
  const statuses = async (...people: readonly Person[]): Promise<readonly number[]> =>
    Promise.all(people.map(statusOf));
  const changed: Person = { ...ANA, password: 'changed' };
  const eve: Person = { name: 'eve', password: 'new here', mount: ANA.mount };
  const becomes = async (people: readonly Person[], expected: readonly number[]): Promise<void> => {
    await eventually(async () => (await statuses(...people)).join() === expected.join());
    expect(await statuses(...people)).toEqual(expected);
  };

  afterAll(async () => {
    await configure([ANA, ZOE]);
    await becomes([ANA, ZOE], [207, 207]);
  });

  it('lets in whoever is new, and not who is gone or has an old password', async () => {
    expect(await statuses(ANA, changed, ZOE, eve)).toEqual([207, 401, 207, 401]);
    await configure([changed, eve]);
    await becomes([ANA, changed, ZOE, eve], [401, 207, 401, 207]);
  });

  it('shows a user what the user may see now', async () => {
    await configure([{ ...eve, mount: ZOE.mount }, ZOE]);
    await eventually(async () => (await askAs(eve, '/dav/hers/', 'PROPFIND')).status === 404);
    expect(await membersAs(eve, '/dav/')).toEqual(['/dav/family/']);
  });

  it('lets nobody in when the last user is gone', async () => {
    await configure([]);
    await becomes([ANA, ZOE, eve], [401, 401, 401]);
  });
});

describe('a program that is given a certificate', () => {
  it('does not start with the key of another, and says what to do', async () => {
    await writeFile(inFolder('other.pem'), (await makeCertificate()).key);
    const flags = ['--demo', '--server-tls-cert-file', inFolder('cert.pem')];
    const start = startProgram({ flags: [...flags, '--server-tls-key-file', inFolder('other.pem')] });
    await expect(start).rejects.toThrow(/is not that of the first certificate.*\n.*made together/);
  });
});
