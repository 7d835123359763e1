import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanEnvironment, describeClient, makeTempFolder, run } from '../support/clients.js';
import { PLAIN_ALBUM } from '../support/library.js';
import { startStage, type Stage } from '../support/stage.js';

const NEEDS = { commands: ['cadaver', 'nginx'], packages: ['cadaver', 'nginx'] };

let stage: Stage;
let folder: string;

/** Its exit code is 0 whatever happens, so the output tells. */
const cadaver = async (...commands: string[]): Promise<string> => {
  const { stdout, stderr } = await run('cadaver', [], {
    input: [...commands, 'quit', ''].join('\n'),
    env: { HOME: folder },
  });
  return stdout + stderr;
};

describeClient('cadaver', NEEDS, () => {
  let nginx: { url: string; stop(): Promise<void> };

  beforeAll(async () => {
    stage = await startStage({ videos: 'short', flags: ['--server-base-path', '/p'] });
    folder = await makeTempFolder();
    nginx = await startNginx(new URL(stage.program.url).origin);
  }, 60_000);

  afterAll(async () => {
    await nginx.stop();
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('lists, shows properties and downloads behind the prefix of a reverse proxy', async () => {
    const target = join(folder, 'got.jpg');
    const output = await cadaver(
      `open ${nginx.url}/p/`,
      'ls',
      `cd "Albums/${PLAIN_ALBUM}"`,
      'ls',
      'propnames IMG_0001.jpg',
      'propget IMG_0001.jpg',
      `get IMG_0001.jpg ${target}`,
    );
    expect(output).not.toMatch(/failed|Did not find|Error/i);
    const { files } = stage.facts.albums.find(({ title }) => title === PLAIN_ALBUM)!;
    for (const name of ['Albums', 'All', 'Favorites']) expect(output).toMatch(new RegExp(`Coll:\\s+${name}\\s`));
    for (const { filename, bytes } of files) expect(output).toMatch(new RegExp(`${filename}\\s+${bytes}\\s`));
    expect(output).toMatch(/getcontentlength/);
    expect(await readFile(target)).toEqual(await readFile(join(stage.facts.folder, files[0]!.path)));
  });

  it.each([
    ['Trips/2019/Iceland', 'DSC_1.JPG', 'iceland/1.jpg'],
    ["Rock'n'Roll \uff031", 'IMG_0002.jpg', 'rock/2.jpg'],
    ['\u{1f388} Balloons', 'balloon 1.jpg', 'balloons/1.jpg'],
  ])('goes into %s and downloads %s', async (album, name, path) => {
    const target = join(folder, 'hurting.jpg');
    await rm(target, { force: true });
    const output = await cadaver(`open ${nginx.url}/p/Albums/`, `cd "${album}"`, 'ls', `get "${name}" ${target}`);
    expect(output).not.toMatch(/failed|Did not find|Error/i);
    expect(output).toContain(name);
    expect(await readFile(target)).toEqual(await readFile(join(stage.facts.folder, path)));
  });

  it('is told so when it may not write', async () => {
    const output = await cadaver(
      `open ${nginx.url}/p/`,
      'mkcol New',
      `cd "Albums/${PLAIN_ALBUM}"`,
      `put ${join(folder, 'nginx.conf')} new.jpg`,
      'copy IMG_0001.jpg copy.jpg',
      'move IMG_0001.jpg moved.jpg',
      'delete IMG_0001.jpg',
    );
    expect(output.match(/403 Forbidden/g)).toHaveLength(5);
    expect(await cadaver(`open ${nginx.url}/p/Albums/${encodeURIComponent(PLAIN_ALBUM)}/`, 'ls')).toContain(
      'IMG_0001.jpg',
    );
  });
});

/** A reverse proxy that passes /p/ on, as many people run one. */
async function startNginx(target: string): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const settings = join(folder, 'nginx.conf');
  await writeFile(
    settings,
    `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
     events {}
     http {
       access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
       uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       server { listen 127.0.0.1:${port}; location /p/ { proxy_pass ${target}/p/; } }
     }`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', settings, '-e', join(folder, 'error.log')], {
    env: cleanEnvironment(),
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilItAnswers(url, child);
  return {
    url,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function waitUntilItAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`nginx ended with exit code ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer) return;
    await delay(25);
  }
  throw new Error('nginx did not answer in time');
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
