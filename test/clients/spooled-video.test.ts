import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { chown, mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { describeClient, inTempFolder, mustRun } from '../support/clients.js';
import { INDEX_LAST, VIDEO_ALBUM } from '../support/library.js';
import { startStage, type Stage } from '../support/stage.js';
import { startVlc } from '../support/vlc.js';

const NEEDS = {
  commands: ['ffmpeg', 'rclone', 'fusermount3', 'cvlc'],
  packages: ['ffmpeg', 'rclone', 'fuse3', 'vlc-bin', 'vlc-plugin-base'],
  fuse: true,
  // The memory of another process is read from /proc.
  linux: true,
};

const FILM = 'evening.mp4';
/** The long video of the library, one after another; its index comes last. */
const TIMES = 11;
const LENGTH_SECONDS = 40 * TIMES;
const FIRST_BYTE_MS = 5_000;
/** As the real host sends, once it has begun. */
const BYTES_PER_SECOND = 60_000_000;
const MEMORY_MARGIN = 50_000_000;
const READ_BYTES = 1_000_000;
const NOBODY = 65_534;

let stage: Stage;
let local: string;
let memoryBefore: number;

const address = (): string => `${stage.program.url}/Albums/${VIDEO_ALBUM}/${FILM}`;

/** Digests of the ten frames from a second on. */
async function framesAt(seconds: number, input: string): Promise<string> {
  const from = ['-v', 'error', '-ss', String(seconds), '-i', input];
  const { stdout } = await mustRun('ffmpeg', [...from, '-frames:v', '10', '-f', 'framemd5', '-']);
  return stdout;
}

/** Looks at the middle, the end and the beginning. */
async function sameBytes(path: string, original: string): Promise<void> {
  const [file, right] = [await open(path), await open(original)];
  try {
    const { size } = await right.stat();
    expect(size).toBeGreaterThan(300_000_000);
    for (const position of [Math.floor(size / 2), size - READ_BYTES / 2, 0]) {
      expect((await readAt(file, position)).equals(await readAt(right, position))).toBe(true);
    }
  } finally {
    await Promise.all([file.close(), right.close()]);
  }
}

async function readAt(file: FileHandle, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, position);
  return buffer.subarray(0, bytesRead);
}

/** VmRSS is what is held now, VmHWM the most there ever was. */
function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)![1]) * 1024;
}

describeClient('a video of 300 MB from a host that ignores ranges', NEEDS, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'long' });
    const films = join(stage.facts.folder, 'films');
    local = join(films, FILM);
    const again = ['-stream_loop', String(TIMES - 1), '-i', join(films, INDEX_LAST), '-c', 'copy'];
    await mustRun('ffmpeg', ['-v', 'error', ...again, local]);
    stage.emulator.levers.processingMs = 0;
    await stage.emulator.rescan();
    Object.assign(stage.emulator.levers, { videoFirstByteMs: FIRST_BYTE_MS, bytesPerSecond: BYTES_PER_SECOND });
    // Sizes are learned with the first listing, as a player's user does.
    await mustRun('rclone', [
      'lsf',
      ':webdav:/Albums',
      '-R',
      '--webdav-url',
      stage.program.url,
      '--config',
      '/dev/null',
    ]);
    memoryBefore = memoryOf(stage.program.pid, 'VmRSS');
  }, 120_000);
  afterAll(() => stage.close());

  it('shows ffmpeg the right frames in the middle and at the end', async () => {
    for (const seconds of [LENGTH_SECONDS / 2 + 7, LENGTH_SECONDS - 3]) {
      expect(await framesAt(seconds, address())).toBe(await framesAt(seconds, local));
    }
  }, 60_000);

  it('gives rclone mount the right bytes in three places, without a cache of its own', async () => {
    await inTempFolder(async (folder) => {
      const place = join(folder, 'mount');
      await mkdir(place);
      const remote = [
        ':webdav:',
        '--webdav-url',
        stage.program.url,
        '--webdav-vendor',
        'other',
        '--config',
        '/dev/null',
      ];
      const options = ['--read-only', '--vfs-cache-mode', 'off', '--daemon', '--daemon-wait', '20s'];
      await mustRun('rclone', ['mount', ...remote, place, ...options]);
      try {
        await sameBytes(join(place, 'Albums', VIDEO_ALBUM, FILM), local);
      } finally {
        await mustRun('fusermount3', ['-u', place]);
      }
    });
  }, 60_000);

  it('lets VLC seek back and forth', async () => {
    await inTempFolder(async (home) => {
      const isRoot = process.getuid?.() === 0;
      if (isRoot) await chown(home, NOBODY, NOBODY);
      const player = startVlc(address(), { home, ...(isRoot ? { userId: NOBODY } : {}) });
      try {
        await player.untilAt(1);
        for (const seconds of [LENGTH_SECONDS - 60, 30, LENGTH_SECONDS / 2]) {
          player.seek(seconds);
          await player.untilBetween(seconds, seconds + 30);
        }
      } finally {
        await player.quit();
      }
    });
    expect(stage.program.requests.filter(({ status }) => status >= 500)).toEqual([]);
  }, 90_000);

  it('was fetched once for all of that, and memory has not grown with it', () => {
    const counters = stage.emulator.counters();
    expect(counters['media.video.bytes']).toBe(1);
    expect(memoryOf(stage.program.pid, 'VmHWM') - memoryBefore).toBeLessThan(MEMORY_MARGIN);
  });
});
