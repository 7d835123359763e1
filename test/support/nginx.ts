import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnvironment, makeTempFolder } from './clients.js';
import { until } from './eventually.js';
import { freePort } from './free-port.js';

export interface Nginx {
  /** Without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A reverse proxy in a process of its own; `location` is the one block of its server, such as `location /p/ { … }`. */
export async function startNginx(location: string): Promise<Nginx> {
  const folder = await makeTempFolder();
  const port = await freePort();
  const settings = join(folder, 'nginx.conf');
  await writeFile(
    settings,
    `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
     events {}
     http {
       access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
       uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       server { listen 127.0.0.1:${port}; ${location} }
     }`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', settings, '-e', join(folder, 'error.log')], {
    env: cleanEnvironment(),
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitUntilItAnswers(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function waitUntilItAnswers(url: string, child: ChildProcess): Promise<void> {
  const answers = (): Promise<boolean> =>
    fetch(url).then(
      () => true,
      () => false,
    );
  await until(async () => child.exitCode !== null || (await answers()));
  if (child.exitCode !== null) throw new Error(`nginx ended with exit code ${child.exitCode}`);
}
