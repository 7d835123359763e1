import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanEnvironment } from './clients.js';

/** VLC without a screen, obeying its remote control. */
export interface Vlc {
  /** Resolves once it shows this second of the film or a later one; throws what it said if it never does. */
  untilAt(seconds: number): Promise<void>;
  /** As `untilAt`, but not past the second one: where it was before does not count. */
  untilBetween(first: number, last: number): Promise<void>;
  seek(seconds: number): void;
  /** Ends it, whatever it is doing. */
  quit(): Promise<void>;
}

export interface VlcOptions {
  /** A folder of its own, which it may write to. */
  readonly home: string;
  /** User and group to run as: VLC refuses to be root. */
  readonly userId?: number;
}

const LIMIT_MS = 40_000;
const QUIT_LIMIT_MS = 3_000;
const SILENT = ['-q', '--vout', 'dummy', '--aout', 'dummy'];
const REMOTE = ['--extraintf', 'oldrc', '--rc-fake-tty'];

/** Opens `url` and begins to play it. */
export function startVlc(url: string, { home, userId }: VlcOptions): Vlc {
  const child = spawn('cvlc', [...SILENT, ...REMOTE, url], {
    cwd: home,
    env: { ...cleanEnvironment(), HOME: home },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(userId === undefined ? {} : { uid: userId, gid: userId }),
  });
  const ended = once(child, 'exit');
  const said: string[] = [];
  let seconds = -1;
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    // The answer to get_time is a line of its own, behind a prompt or not.
    const answer = /^(?:> )?(\d+)$/.exec(line)?.[1];
    if (answer !== undefined) seconds = Number(answer);
  });
  child.stdin.on('error', () => undefined);
  const tell = (command: string): boolean => child.stdin.write(`${command}\n`);
  const untilBetween = async (first: number, last: number): Promise<void> => {
    const limit = performance.now() + LIMIT_MS;
    const isThere = (): boolean => seconds >= first && seconds <= last;
    seconds = -1;
    while (!isThere() && performance.now() < limit && child.exitCode === null) {
      tell('get_time');
      await delay(200);
    }
    if (!isThere()) throw new Error(`VLC does not show second ${first}\n${said.join('\n')}`);
  };
  return {
    untilAt: (wanted) => untilBetween(wanted, Infinity),
    untilBetween,
    seek(wanted) {
      tell(`seek ${wanted}`);
    },
    async quit() {
      tell('quit');
      const timer = setTimeout(() => child.kill('SIGKILL'), QUIT_LIMIT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
