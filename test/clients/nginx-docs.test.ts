import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeClient, makeTempFolder } from '../support/clients.js';
import { ask, propfind } from '../support/http-client.js';
import { readMultistatus } from '../support/multistatus.js';
import { startNginx, type Nginx } from '../support/nginx.js';
import { startStage, type Stage } from '../support/stage.js';

const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'reverse-proxies.md');
const HOST = { Host: 'photos.example.com' };
const ANNA = { Authorization: `Basic ${Buffer.from('anna:secret').toString('base64')}` };

/** More than nginx takes if nothing is said. */
const UPLOAD = Buffer.alloc(2_000_000);

let folder: string;
let stage: Stage;
let nginx: Nginx | undefined;

/** The snippets for nginx: a name of its own, a prefix, a sign-in. */
async function snippets(): Promise<readonly [name: string, prefix: string, signIn: string]> {
  const text = await readFile(DOCS, 'utf8');
  const [own = '', prefix = '', signIn = ''] = [...text.matchAll(/```nginx\n(.*?)```/gs)].map(([, code = '']) => code);
  const name = /location \/ \{.*?\n {4}\}/s.exec(own)![0];
  const rest = name.split('\n').slice(1, -1).join('\n');
  const full = (code: string): string =>
    code.replace(/^ *proxy_pass.*\n( *# \.\.\. and)/m, '$1').replace(/ *# \.\.\. and.*/, rest);
  return [name, full(prefix), full(signIn)];
}

/** Runs a snippet before a server with these flags. */
async function serve(snippet: string, ...flags: string[]): Promise<string> {
  stage = await startStage({ videos: 'short', flags: ['--server-allowed-hosts', HOST.Host, ...flags] });
  const local = snippet
    .replaceAll('http://127.0.0.1:8008', new URL(stage.program.url).origin)
    .replaceAll('/var/www/html', join(folder, 'www'))
    .replaceAll('/etc/nginx/htpasswd', join(folder, 'htpasswd'));
  nginx = await startNginx(local);
  return nginx.url;
}

describeClient('nginx, as the docs configure it,', { commands: ['nginx'], packages: ['nginx'] }, () => {
  beforeAll(async () => {
    folder = await makeTempFolder();
    // Its workers are another user's.
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'www'));
    await writeFile(join(folder, 'www', 'index.html'), 'a website\n');
    await writeFile(join(folder, 'htpasswd'), 'anna:{PLAIN}secret\n');
  });
  afterEach(async () => {
    await nginx?.stop();
    nginx = undefined;
    await stage.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const hrefs = async (origin: string, path: string): Promise<string[]> => {
    const { status, text } = await propfind(origin, path, { headers: HOST });
    expect(status).toBe(207);
    return readMultistatus(text).map(({ href }) => href);
  };

  it('serves every file whose name hurts, and leaves refusing to photodav', async () => {
    const [own] = await snippets();
    const origin = await serve(own);
    const album = (await hrefs(origin, '/Albums')).find((href) => href.includes('Caf%C3%A9'))!;
    const [, ...files] = await hrefs(origin, album);
    const found: string[] = [];
    for (const file of files) {
      const { bytes } = await ask(origin, file, { headers: HOST });
      found.push(createHash('sha256').update(bytes).digest('hex'));
    }
    const facts = stage.facts.albums.find(({ title }) => title.startsWith('Café'))!;
    expect(found.sort()).toEqual(facts.files.map(({ sha256 }) => sha256).sort());
    const upload = await ask(origin, '/Albums/new.jpg', { method: 'PUT', headers: HOST, body: UPLOAD });
    expect(upload.status).toBe(403);
  }, 60_000);

  it('keeps a prefix, shows it at the root to Windows, and a website to browsers', async () => {
    const [, prefix] = await snippets();
    const origin = await serve(prefix, '--server-base-path', '/photos');
    expect(await hrefs(origin, '/')).toEqual(['/', '/photos/']);
    expect((await ask(origin, '/', { method: 'OPTIONS', headers: HOST })).headers.dav).toBe('1, 3');
    for (const path of ['/photos', '/photos/']) expect(await hrefs(origin, path)).toContain('/photos/Albums/');
    expect((await ask(origin, '/', { headers: HOST })).text).toBe('a website\n');
  }, 60_000);

  it('asks for a password, but not for OPTIONS', async () => {
    const [, , signIn] = await snippets();
    const origin = await serve(signIn);
    expect((await ask(origin, '/', { method: 'OPTIONS', headers: HOST })).headers.dav).toBe('1, 3');
    expect((await propfind(origin, '/', { headers: HOST })).status).toBe(401);
    expect((await propfind(origin, '/', { headers: { ...HOST, ...ANNA } })).status).toBe(207);
  }, 60_000);
});
