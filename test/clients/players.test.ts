import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chown } from 'node:fs/promises';
import { describeClient, inTempFolder, mustRun, type Needs } from '../support/clients.js';
import { eventually } from '../support/eventually.js';
import { FAST_START, INDEX_LAST, SEEK_SECONDS, VIDEO_ALBUM } from '../support/library.js';
import type { LoggedRequest } from '../support/program.js';
import { startStage, type Stage } from '../support/stage.js';
import { startVlc } from '../support/vlc.js';

const VIDEOS = [FAST_START, INDEX_LAST] as const;

// The videos have the same rate throughout: a player that seeks asks for bytes near this share of the file.
const SHARE = SEEK_SECONDS / 40;
const TOLERANCE = 0.08;

const NOBODY = 65_534;

let stage: Stage;

const address = (video: string): string => `${stage.program.url}/Albums/${VIDEO_ALBUM}/${video}`;
const sizeOf = (video: string): number => stage.facts.files.find(({ filename }) => filename === video)!.bytes;

/**
 * What the server's log says of `play`, for exit codes of players prove nothing: a range was sent at the seek point, and
 * nothing was refused.
 */
async function expectSeek(video: string, play: () => Promise<unknown>): Promise<void> {
  const { requests } = stage.program;
  const before = requests.length;
  await play();
  const isAtSeekPoint = (request: LoggedRequest): boolean =>
    request.status === 206 && Math.abs(firstByte(request) / sizeOf(video) - SHARE) < TOLERANCE;
  // A request that the player cut off is logged a moment after it has gone.
  await eventually(() => requests.slice(before).some(isAtSeekPoint));
  expect(requests.slice(before).filter(isAtSeekPoint)).not.toEqual([]);
  // VLC asks past the end of a file on purpose.
  expect(requests.slice(before).filter(({ status }) => ![200, 206, 416].includes(status))).toEqual([]);
}

const firstByte = ({ range = '' }: LoggedRequest): number => Number(/^bytes (\d+)-/.exec(range)?.[1]);

describe('players', () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'long' });
  }, 60_000);

  afterAll(() => stage.close());

  const ffmpeg: Needs = { commands: ['ffprobe', 'ffmpeg'], packages: ['ffmpeg'] };
  describeClient('ffmpeg', ffmpeg, () => {
    it.each(VIDEOS)('tells the length of %s', async (video) => {
      const { stdout } = await mustRun('ffprobe', [
        '-v',
        'error',
        '-show_entries',
        'format=duration,size',
        address(video),
      ]);
      expect(stdout).toContain('duration=40.0');
      expect(stdout).toContain(`size=${sizeOf(video)}`);
    });

    it.each(VIDEOS)('shows a frame near the end of %s', (video) =>
      inTempFolder((folder) =>
        expectSeek(video, () =>
          mustRun('ffmpeg', [
            '-v',
            'error',
            '-ss',
            `${SEEK_SECONDS}`,
            '-i',
            address(video),
            '-frames:v',
            '1',
            `${folder}/frame.png`,
          ]),
        ),
      ),
    );
  });

  describeClient('mpv', { commands: ['mpv', 'ffmpeg'], packages: ['mpv', 'ffmpeg'] }, () => {
    it.each(VIDEOS)('starts %s near its end', (video) => {
      const quiet = ['--no-config', '--vo=null', '--ao=null', '--ytdl=no', '--msg-level=all=error'];
      return expectSeek(video, () =>
        mustRun('mpv', [...quiet, `--start=${SEEK_SECONDS}`, '--length=1', address(video)]),
      );
    });
  });

  // It refuses to run as root, so the test must be root to become somebody else; a developer runs it as he is.
  const vlc: Needs = { commands: ['cvlc', 'ffmpeg'], packages: ['vlc-bin', 'vlc-plugin-base', 'ffmpeg'] };
  describeClient('VLC', vlc, () => {
    // It would have the whole film before it is told to seek, from disk or from the emulator; Google's own pace is another
    // test's matter.
    beforeAll(async () => {
      await stage.close();
      stage = await startStage({ videos: 'long', flags: ['--spool-max-size', '0'] });
      Object.assign(stage.emulator.levers, { bytesPerSecond: 3_000_000, videoRanges: true });
    }, 60_000);

    it.each(VIDEOS)(
      'seeks in %s by its remote control, and is never told that the file has changed',
      (video) =>
        inTempFolder(async (home) => {
          const isRoot = process.getuid?.() === 0;
          if (isRoot) await chown(home, NOBODY, NOBODY);
          await expectSeek(video, async () => {
            const player = startVlc(address(video), { home, ...(isRoot ? { userId: NOBODY } : {}) });
            try {
              await player.untilAt(1);
              player.seek(SEEK_SECONDS);
              await player.untilAt(SEEK_SECONDS);
            } finally {
              await player.quit();
            }
          });
        }),
      60_000,
    );
  });
});
