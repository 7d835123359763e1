import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { cleanEnvironment, makeTempFolder } from './clients.js';
import { until } from './eventually.js';

/** Where Google is, and who we are there: an emulator's first line. */
export interface Account {
  readonly api: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

export interface ProgramOptions {
  /** None for what a configuration file says; it is named by the flags. */
  readonly account?: Account;
  /** What it remembers between runs; a folder of its own, gone at the end, if absent. */
  readonly dataDir?: string;
  /** Further flags of `photodav serve`. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What the log says of one request, once its answer has ended. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The answer's Content-Range. */
  readonly range?: string;
}

/** The real program, `photodav serve`, in a process of its own. */
export interface Program {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** A live list, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Ends it as a system does, and gives its exit code. */
  stop(): Promise<number | null>;
}

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'photodav.js');
const START_LIMIT_MS = 50_000;
const STOP_LIMIT_MS = 40_000;

/** Starts the program on a free port and waits until it answers; throws what it said if it ends instead. */
export async function startProgram({ account, dataDir, flags = [], env }: ProgramOptions): Promise<Program> {
  const folder = await makeTempFolder();
  const readyFile = join(folder, 'ready.json');
  const args = ['serve', '--port', '0', '--data-dir', dataDir ?? join(folder, 'data'), '--ready-file', readyFile];
  const google = account ? ['--google-endpoint', account.api, '--client-id', account.clientId] : [];
  const secrets = account && {
    PHOTODAV_CLIENT_SECRET: account.clientSecret,
    PHOTODAV_REFRESH_TOKEN: account.refreshToken,
  };
  const logging = ['--log-level', 'debug', '--log-format', 'json'];
  const child = spawn(process.execPath, [BIN, ...args, ...google, ...logging, ...flags], {
    env: {
      ...cleanEnvironment(),
      // No configuration of the person who runs the tests.
      XDG_CONFIG_HOME: folder,
      ...secrets,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const { lines, requests } = collectLog(child);
  try {
    const url = await waitForUrl(child, readyFile);
    return {
      url,
      pid: child.pid!,
      requests,
      async stop() {
        const exitCode = await end(child, ended);
        await rm(folder, { recursive: true, force: true });
        return exitCode;
      },
    };
  } catch (error) {
    await end(child, ended);
    await rm(folder, { recursive: true, force: true });
    throw new Error(`photodav did not start\n${lines.join('\n')}`, { cause: error });
  }
}

function collectLog(child: ChildProcess): { lines: string[]; requests: LoggedRequest[] } {
  const lines: string[] = [];
  const requests: LoggedRequest[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => {
    lines.push(line);
    const event = line.startsWith('{') ? (JSON.parse(line) as { msg: string }) : undefined;
    if (event?.msg === 'request') requests.push(event as unknown as LoggedRequest);
  });
  return { lines, requests };
}

async function waitForUrl(child: ChildProcess, readyFile: string): Promise<string> {
  await until(() => existsSync(readyFile) || child.exitCode !== null, START_LIMIT_MS);
  if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
  const { urls } = JSON.parse(await readFile(readyFile, 'utf8')) as { urls: string[] };
  return urls[0]!.replace(/\/$/, '');
}

async function end(child: ChildProcess, ended: Promise<[number | null]>): Promise<number | null> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  const [exitCode] = await ended;
  clearTimeout(timer);
  return exitCode;
}
