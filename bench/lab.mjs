import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 2;
const END_MS = 10_000;
const LOG_TAIL_CHARS = 2_000;

/** Thrown when a peer is not installed; the message says which package gives it. */
export class MissingProgram extends Error {
  constructor(program, debianPackage) {
    super(`${program}: it is missing (Debian package ${debianPackage})`);
    this.name = 'MissingProgram';
  }
}

/** Starts programs and makes temporary folders, and leaves neither behind. */
export class Lab {
  #running = new Map();
  #folders = [];
  #closing;

  /** A new folder, readable by servers that run as another user. */
  folder() {
    const folder = mkdtempSync(join(tmpdir(), 'photodav-bench-'));
    this.#folders.push(folder);
    return folder;
  }

  /**
   * Starts a program in a process group of its own, with nothing of our environment but `PATH`.
   *
   * Its output is kept in files, so that nobody need read it while something is measured.
   */
  start(name, command, args, env = {}) {
    if (this.#closing) throw new Error(`${name} was not started: the run is ending`);
    const folder = this.folder();
    const [stdout, stderr] = ['stdout', 'stderr'].map((file) => openSync(join(folder, file), 'w'));
    const child = spawn(command, args, {
      stdio: ['ignore', stdout, stderr],
      detached: true,
      env: { PATH: process.env.PATH, HOME: folder, ...env },
    });
    closeSync(stdout);
    closeSync(stderr);
    const program = { name, pid: child.pid, folder, exited: once(child, 'exit') };
    // A failed spawn has no pid; `until` tells it.
    program.exited.catch((error) => (program.fault = error)).finally(() => (program.hasEnded = true));
    if (child.pid !== undefined) this.#running.set(child.pid, program);
    return program;
  }

  /** Asks `check` every two milliseconds; resolves with its first answer that is neither undefined nor false. */
  async until(program, what, check, withinMs = 60_000) {
    for (const end = performance.now() + withinMs; performance.now() < end; await sleep(POLL_MS)) {
      const answer = await check();
      if (answer !== undefined && answer !== false) return answer;
      if (program.hasEnded) throw new Error(`${program.name} ended: ${program.fault?.message ?? tail(program)}`);
    }
    throw new Error(`${program.name}: no ${what} within ${withinMs} ms: ${tail(program)}`);
  }

  /** The first line the program prints. */
  firstLine(program) {
    return this.until(program, 'first line', () => {
      const text = readFileSync(join(program.folder, 'stdout'), 'utf8');
      return text.includes('\n') && text.slice(0, text.indexOf('\n'));
    });
  }

  /** Ends the program and whatever it has started: with SIGTERM, or with SIGKILL if it will not listen. */
  async stop(program, signal = 'SIGTERM') {
    if (!this.#running.delete(program.pid)) return;
    signalGroup(program, signal);
    await Promise.race([program.exited.catch(() => undefined), sleep(END_MS, undefined, { ref: false })]);
    signalGroup(program, 'SIGKILL');
  }

  /** Ends everything and removes every folder; any number of callers may wait for it. */
  close() {
    this.#closing ??= Promise.all([...this.#running.values()].map((program) => this.stop(program))).then(() => {
      for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
    });
    return this.#closing;
  }
}

/** Where a program is, `/usr/sbin` included; throws `MissingProgram`. */
export function findProgram(program, debianPackage) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const found = folders.map((folder) => join(folder, program)).find(isExecutable);
  if (found === undefined) throw new MissingProgram(program, debianPackage);
  return found;
}

/** The first version number that a program prints. */
export function versionOf(path, ...args) {
  return /\d+\.\d+\.\d+/.exec(execFileSync(path, args, { encoding: 'utf8' }))?.[0] ?? 'of unknown version';
}

/** A port of the loopback address that is free now, for servers that cannot choose one themselves. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function signalGroup({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function tail({ folder }) {
  const texts = ['stdout', 'stderr'].map((file) => join(folder, file)).filter((file) => existsSync(file));
  return texts.map((file) => readFileSync(file, 'utf8').trim().slice(-LOG_TAIL_CHARS)).join('\n') || 'it said nothing';
}
