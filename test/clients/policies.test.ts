import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { chown, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SYSTEM_CLOCK } from '../../src/clock.js';
import { createWorker, type Worker } from '../../src/edge/worker.js';
import { createLog } from '../../src/log.js';
import { describeClient, inTempFolder, makeTempFolder, mustRun, run, type Needs } from '../support/clients.js';
import { curl } from '../support/curl.js';
import { DAVFS2, mountDavfs } from '../support/davfs2.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { FAST_START, INDEX_LAST, PLAIN_ALBUM, SEEK_SECONDS, VIDEO_ALBUM } from '../support/library.js';
import { Recorder } from '../support/log-lines.js';
import { startProgram, type Program } from '../support/program.js';
import { startStage, type Stage } from '../support/stage.js';
import { startVlc } from '../support/vlc.js';

const TOKEN = 'a-token-of-32-bytes-or-more-0123';
const NOBODY = 65_534;
const PHOTO = { album: PLAIN_ALBUM, name: 'IMG_0012.jpg' };

type Policy = 'native-proxy' | 'proxy-url' | 'redirect';

const POLICIES = ['native-proxy', 'proxy-url', 'redirect'] as const;
const REDIRECTING = ['proxy-url', 'redirect'] as const;

let stage: Stage;
let worker: Worker;
/** What the worker says of each request. */
const served = new Recorder();
let folder: string;
const programs = new Map<Policy, Program>();

beforeAll(async () => {
  folder = await makeTempFolder();
  await writeFile(join(folder, 'token'), TOKEN, { mode: 0o600 });
  stage = await startStage({ videos: 'long' });
  programs.set('native-proxy', stage.program);
  // Google's own host for videos ignores ranges, and nobody is redirected there.
  stage.emulator.levers.videoRanges = true;
  const account = stage.emulator.ready;
  const port = await freePort();
  worker = createWorker({
    gateway: new URL(`http://127.0.0.1:${port}`),
    linkToken: TOKEN,
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    googleEndpoint: new URL(account.api),
    proxy: {},
    idleTimeoutMs: 30_000,
    clock: SYSTEM_CLOCK,
    log: createLog({ level: 'debug', destination: served }),
  });
  const [workerUrl] = await worker.listen();
  const flagsOf = {
    'proxy-url': ['--port', `${port}`, '--delivery-proxy-url', workerUrl!.href],
    redirect: [],
  };
  for (const policy of REDIRECTING) {
    const flags = ['--delivery-policy', policy, '--delivery-link-token-file', join(folder, 'token')];
    programs.set(policy, await startProgram({ account, flags: [...flags, ...flagsOf[policy]] }));
  }
}, 120_000);

afterAll(async () => {
  for (const policy of REDIRECTING) await programs.get(policy)?.stop();
  await stage.close();
  await worker.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const programOf = (policy: Policy): Program => programs.get(policy)!;
const factOf = (name: string) => stage.facts.files.find(({ filename }) => filename === name)!;
const addressOf = (policy: Policy, album: string, name: string): string =>
  `${programOf(policy).url}/Albums/${encodeURIComponent(album)}/${name}`;

async function mediaBytes(policy: Policy): Promise<number> {
  const metrics = await (await fetch(`${programOf(policy).url}/.photodav/metrics`)).text();
  return Number(/^photodav_media_bytes_total (\d+)$/m.exec(metrics)?.[1]);
}

/** What a client was answered to its GETs of `name`, and how many bytes of media passed through the gateway meanwhile. */
async function watch(policy: Policy, name: string, act: () => Promise<unknown>) {
  const { requests } = programOf(policy);
  const [before, bytesBefore] = [requests.length, await mediaBytes(policy)];
  await act();
  const gets = () => requests.slice(before).filter(({ method, path }) => method === 'GET' && path.endsWith(name));
  // A request that the client cut off is logged a moment after it has gone.
  await eventually(() => gets().length > 0);
  const statuses = [...new Set(gets().map(({ status }) => status))];
  return { statuses, bytes: (await mediaBytes(policy)) - bytesBefore };
}

async function expectRedirected(policy: Policy, name: string, act: () => Promise<unknown>): Promise<void> {
  const servedBefore = served.lines.length;
  expect(await watch(policy, name, act)).toEqual({ statuses: [302], bytes: 0 });
  if (policy === 'proxy-url') await eventually(() => served.lines.length > servedBefore);
  expect(served.lines.length > servedBefore).toBe(policy === 'proxy-url');
}

async function expectProxied(policy: Policy, name: string, act: () => Promise<unknown>): Promise<void> {
  const { statuses, bytes } = await watch(policy, name, act);
  // VLC asks past the end of a file on purpose.
  expect(statuses.filter((status) => ![200, 206, 416].includes(status))).toEqual([]);
  expect(bytes).toBeGreaterThan(0);
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describeClient('rclone', { commands: ['rclone'], packages: ['rclone'] }, () => {
  const copy = (policy: Policy) =>
    inTempFolder(async (to) => {
      const from = `:webdav:Albums/${PHOTO.album}/${PHOTO.name}`;
      const remote = ['--webdav-url', programOf(policy).url, '--webdav-vendor', 'other', '--config', '/dev/null'];
      await mustRun('rclone', ['copy', from, to, ...remote, '--retries', '1', '--low-level-retries', '1']);
      expect(digest(await readFile(join(to, PHOTO.name)))).toBe(factOf(PHOTO.name).sha256);
    });

  it.each(REDIRECTING)('is redirected under %s', (policy) => expectRedirected(policy, PHOTO.name, () => copy(policy)));

  it('is proxied under native-proxy', () => expectProxied('native-proxy', PHOTO.name, () => copy('native-proxy')));
});

const FFMPEG: Needs = { commands: ['ffprobe', 'ffmpeg'], packages: ['ffmpeg'] };
describeClient('ffmpeg', FFMPEG, () => {
  const probe = async (address: string): Promise<void> => {
    const { stdout } = await mustRun('ffprobe', ['-v', 'error', '-show_entries', 'format=duration,size', address]);
    expect(stdout).toContain('duration=40.0');
  };
  const seek = (address: string) =>
    inTempFolder((to) => {
      const frame = ['-frames:v', '1', join(to, 'frame.png')];
      return mustRun('ffmpeg', ['-v', 'error', '-ss', `${SEEK_SECONDS}`, '-i', address, ...frame]);
    });

  it.each(REDIRECTING.flatMap((policy) => [FAST_START, INDEX_LAST].map((video) => [policy, video] as const)))(
    'is redirected under %s, and seeks in %s',
    (policy, video) =>
      expectRedirected(policy, video, async () => {
        await probe(addressOf(policy, VIDEO_ALBUM, video));
        await seek(addressOf(policy, VIDEO_ALBUM, video));
      }),
  );

  it('is proxied under native-proxy', () =>
    expectProxied('native-proxy', FAST_START, () => probe(addressOf('native-proxy', VIDEO_ALBUM, FAST_START))));
});

describeClient('mpv', { commands: ['mpv', 'ffmpeg'], packages: ['mpv', 'ffmpeg'] }, () => {
  it.each(REDIRECTING)('is redirected under %s', (policy) => {
    const quiet = ['--no-config', '--vo=null', '--ao=null', '--ytdl=no', '--msg-level=all=error'];
    const play = [`--start=${SEEK_SECONDS}`, '--length=1', addressOf(policy, VIDEO_ALBUM, FAST_START)];
    return expectRedirected(policy, FAST_START, () => mustRun('mpv', [...quiet, ...play]));
  });
});

const VLC: Needs = { commands: ['cvlc', 'ffmpeg'], packages: ['vlc-bin', 'vlc-plugin-base', 'ffmpeg'] };
describeClient('VLC', VLC, () => {
  const play = (policy: Policy) =>
    inTempFolder(async (home) => {
      // It refuses to run as root.
      const isRoot = process.getuid?.() === 0;
      if (isRoot) await chown(home, NOBODY, NOBODY);
      const player = startVlc(addressOf(policy, VIDEO_ALBUM, FAST_START), {
        home,
        ...(isRoot ? { userId: NOBODY } : {}),
      });
      try {
        await player.untilAt(1);
        player.seek(SEEK_SECONDS);
        await player.untilAt(SEEK_SECONDS);
      } finally {
        await player.quit();
      }
    });

  it('is redirected under proxy-url', () => expectRedirected('proxy-url', FAST_START, () => play('proxy-url')), 60_000);

  it.each(['native-proxy', 'redirect'] as const)(
    'is proxied under %s, for it keeps its target',
    (policy) => expectProxied(policy, FAST_START, () => play(policy)),
    60_000,
  );
});

describeClient('curl', { commands: ['curl'], packages: ['curl'] }, () => {
  it.each(
    POLICIES.flatMap(
      (policy) =>
        [
          [policy, '--no-buffer'],
          [policy, '--location'],
        ] as const,
    ),
  )('is proxied under %s with %s', (policy, option) =>
    expectProxied(policy, PHOTO.name, async () => {
      const { status, body } = await curl(option, addressOf(policy, PHOTO.album, PHOTO.name));
      expect([status, digest(body)]).toEqual([200, factOf(PHOTO.name).sha256]);
    }),
  );
});

describeClient('davfs2', DAVFS2, () => {
  it.each(POLICIES)('is proxied under %s', (policy) =>
    expectProxied(policy, PHOTO.name, async () => {
      const mount = await mountDavfs(`${programOf(policy).url}/`);
      try {
        const bytes = await readFile(join(mount.place, 'Albums', PHOTO.album, PHOTO.name));
        expect(digest(bytes)).toBe(factOf(PHOTO.name).sha256);
      } finally {
        await mount.unmount();
      }
    }),
  );
});

describeClient('cadaver', { commands: ['cadaver'], packages: ['cadaver'] }, () => {
  it.each(POLICIES)('is proxied under %s', (policy) =>
    expectProxied(policy, PHOTO.name, () =>
      inTempFolder(async (home) => {
        const target = join(home, 'got.jpg');
        const commands = [
          `open ${programOf(policy).url}/`,
          `cd "Albums/${PHOTO.album}"`,
          `get ${PHOTO.name} ${target}`,
          'quit',
          '',
        ];
        await run('cadaver', [], { input: commands.join('\n'), env: { HOME: home } });
        expect(digest(await readFile(target))).toBe(factOf(PHOTO.name).sha256);
      }),
    ),
  );
});
