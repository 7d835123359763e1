import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '../../src/emulator/emulator.js';
import { until } from '../support/eventually.js';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'photodav.js');

const START_LIMIT_MS = 50_000;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves once the process has ended. */
  readonly outcome: Promise<Outcome>;
}

/** A home folder of its own, with nothing configured in it. */
export async function makeHome(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'photodav-cli-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Variables that make this emulator Google, and its first OAuth client that of photodav. */
export function clientAt({ ready }: Emulator): Record<string, string> {
  return {
    PHOTODAV_GOOGLE_ENDPOINT: ready.api,
    PHOTODAV_CLIENT_ID: ready.clientId,
    PHOTODAV_CLIENT_SECRET: ready.clientSecret,
  };
}

/** The same, with a sign-in. */
export function accountAt(emulator: Emulator): Record<string, string> {
  return { ...clientAt(emulator), PHOTODAV_REFRESH_TOKEN: emulator.ready.refreshToken };
}

/** Starts the real program at `home`, with these variables and no others. */
export function start(home: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, outcome: collect(child) };
}

/** Runs the real program to its end, with `input` as its standard input. */
export function pipe(home: string, args: readonly string[], input: string | Buffer): Promise<Outcome> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: home, env: { PATH: process.env.PATH, HOME: home } });
  // The program may end before it has read everything.
  child.stdin.on('error', () => undefined).end(input);
  return collect(child);
}

/** The real program with somebody at its standard input. */
export interface Conversation extends Running {
  /** Resolves with what standard error holds, once the pattern is in it; throws it if the program ends without. */
  heard(pattern: RegExp): Promise<RegExpExecArray>;
  say(line: string): void;
  /** Nobody will say more. */
  leave(): void;
}

/** Starts the real program at `home`, with these variables and no others, to be talked to. */
export function talk(home: string, args: readonly string[], env: Readonly<Record<string, string>>): Conversation {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, ...env },
  });
  let said = '';
  let isOver = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  // It may have ended, and what it said last still be on the way.
  child.once('close', () => (isOver = true));
  child.stdin.on('error', () => undefined);
  return {
    child,
    outcome: collect(child),
    async heard(pattern) {
      await until(() => pattern.test(said) || isOver, START_LIMIT_MS);
      const found = pattern.exec(said);
      if (!found) throw new Error(said);
      return found;
    },
    say: (line) => void child.stdin.write(`${line}\n`),
    leave: () => void child.stdin.end(),
  };
}

/** What standard error holds, but for the lines that tell of waiting for another process. */
export function withoutWaiting(stderr: string): string {
  return stderr.replace(/^.*waiting for another photodav.*\n/gm, '');
}

/** Runs the real program to its end. */
export function run(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return start(home, args, env).outcome;
}

/** The addresses that a server tells in its ready file; throws what it said if it ends instead. */
export async function readyUrls({ child, outcome }: Running, readyFile: string): Promise<readonly string[]> {
  await until(() => existsSync(readyFile) || child.exitCode !== null, START_LIMIT_MS);
  if (child.exitCode !== null) throw new Error((await outcome).stderr);
  return (JSON.parse(await readFile(readyFile, 'utf8')) as { urls: string[] }).urls;
}

async function collect(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
