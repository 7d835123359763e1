import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a group of tests needs of the machine. */
export interface Needs {
  /** Programs on the PATH. */
  readonly commands: readonly string[];
  /** Debian packages that bring them. */
  readonly packages: readonly string[];
  /** Mounts need the FUSE device, and davfs2 root as well. */
  readonly fuse?: boolean;
  readonly root?: boolean;
  /** /proc tells of other processes. */
  readonly linux?: boolean;
}

/** With TEST_CLIENTS=required a missing client is a failure, not a skip. */
const REQUIRED = process.env.TEST_CLIENTS === 'required';

/** A group of tests with a real client; skipped, saying what would unlock it, where the machine lacks something. */
export function describeClient(name: string, needs: Needs, tests: () => void): void {
  const lack = lacks(needs);
  if (lack === undefined) {
    describe(name, tests);
    return;
  }
  if (REQUIRED) it(`${name}: ${lack}`, () => expect(lack).toBeUndefined());
  describe.skip(`${name} (${lack})`, tests);
}

function lacks({ commands, packages, fuse, root, linux }: Needs): string | undefined {
  if (!commands.every(isOnPath)) return `needs ${commands.join(', ')}: apt-get install ${packages.join(' ')}`;
  if (linux === true && process.platform !== 'linux') return 'needs Linux';
  if (root === true && process.getuid?.() !== 0) return 'needs root';
  if (fuse === true && !isAccessible('/dev/fuse', constants.R_OK | constants.W_OK)) return 'needs /dev/fuse';
  return undefined;
}

/** Programs for administrators, and those that others start, live where an ordinary PATH does not lead. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/libexec'];

export function isOnPath(command: string): boolean {
  return FOLDERS.some((folder) => isAccessible(join(folder, command), constants.X_OK));
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** A new folder, in the hands of `use` and gone afterwards. */
export async function inTempFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await makeTempFolder();
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const makeTempFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'photodav-test-'));

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
  /** User and group to run as; the test must run as root. */
  readonly userId?: number;
}

export interface RunResult {
  /** null when a signal ended it, as the time limit does. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
  readonly tookMs: number;
}

/** Runs a program to its end and gives what it said; never throws for an exit code. Past the time limit it is killed. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { cwd, env, input = '', timeoutMs = 60_000, userId } = options;
  const startedAt = performance.now();
  const child = spawn(command, args, {
    env: { ...cleanEnvironment(), ...env },
    // A group of its own, for wrappers such as cvlc and litmus start the program proper.
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(userId === undefined ? {} : { uid: userId, gid: userId }),
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A client that leaves before it has read its input is judged by its output.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const timer = setTimeout(() => killGroup(child.pid), timeoutMs);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const stdoutBytes = Buffer.concat(stdout);
    return {
      exitCode,
      stdout: stdoutBytes.toString(),
      stdoutBytes,
      stderr: Buffer.concat(stderr).toString(),
      tookMs: performance.now() - startedAt,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program that must succeed; what it said is in the failure. */
export async function mustRun(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult> {
  const result = await run(command, args, options);
  if (result.exitCode !== 0) {
    throw new Error(
      `${command} ${args.join(' ')}: exit code ${String(result.exitCode)}\n${result.stderr}${result.stdout}`,
    );
  }
  return result;
}

/** A caller's own options of photodav, proxies and rclone remotes must not reach a test. */
export function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (pair): pair is [string, string] =>
      pair[1] !== undefined && !/^(PHOTODAV_|RCLONE_|https?_proxy$|no_proxy$)/i.test(pair[0]),
  );
  return { ...Object.fromEntries(kept), PATH: FOLDERS.join(delimiter), LC_ALL: 'C.UTF-8' };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
