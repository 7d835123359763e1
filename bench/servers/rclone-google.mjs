import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, freePort, versionOf } from '../lab.mjs';

/** rclone with its own backend for Google Photos, led to the emulator by the proxy of its `--tls`. */
export function rcloneGoogle(lab, { clientId, clientSecret, refreshToken, proxy, caFile }) {
  const path = findProgram('rclone', 'rclone');
  const token = {
    access_token: 'ended',
    token_type: 'Bearer',
    refresh_token: refreshToken,
    expiry: '2024-01-01T00:00:00Z',
  };
  const config = join(lab.folder(), 'rclone.conf');
  const lines = [
    '[google]',
    'type = google photos',
    `client_id = ${clientId}`,
    `client_secret = ${clientSecret}`,
    `token = ${JSON.stringify(token)}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  return {
    name: `rclone ${versionOf(path, 'version')}`,
    /** Lists a folder to its end; `lines` is what rclone printed. */
    async list(...args) {
      const options = ['--config', config, '--ca-cert', caFile, '--files-only'];
      const startMs = performance.now();
      const program = lab.start('rclone', path, ['lsf', 'google:media/all', ...args, ...options], {
        HTTPS_PROXY: proxy,
      });
      const [code] = await program.exited;
      const totalMs = performance.now() - startMs;
      await lab.stop(program);
      const [stdout, stderr] = ['stdout', 'stderr'].map((file) => readFileSync(join(program.folder, file), 'utf8'));
      if (code !== 0) throw new Error(`rclone ended with ${code}: ${stderr}`);
      return { totalMs, lines: stdout.trim().split('\n') };
    },
    /** Serves all items over WebDAV, with the options it comes with but sizes; the address of their folder. */
    async serve() {
      const port = await freePort();
      const options = ['--config', config, '--ca-cert', caFile, '--addr', `127.0.0.1:${port}`, '--gphotos-read-size'];
      const env = { HTTPS_PROXY: proxy };
      const program = lab.start('rclone serve', path, ['serve', 'webdav', 'google:media/all', ...options], env);
      const url = `http://127.0.0.1:${port}/`;
      await lab.until(program, 'listing', async () => (await fetch(url).catch(() => undefined))?.ok);
      return url;
    },
  };
}
