import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Needs } from '../support/clients.js';
import { until } from '../support/eventually.js';

/** `script` of util-linux makes the terminal; that of other systems has other flags. */
export const TERMINAL_NEEDS: Needs = {
  commands: ['script', 'stty'],
  packages: ['bsdutils', 'coreutils'],
  linux: true,
};

export interface Window {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalOutcome {
  readonly code: number | null;
  /** All that the program wrote, and what the terminal showed of what was typed. */
  readonly shown: string;
  /** Whether the terminal's modes are those it had before. */
  readonly isAsBefore: boolean;
}

/** The real program with somebody at a terminal. */
export interface AtTerminal {
  readonly outcome: Promise<TerminalOutcome>;
  /** Resolves once the pattern is shown; throws what is shown if the program ends without. */
  heard(pattern: RegExp): Promise<RegExpExecArray>;
  /** Types as a person does: `\r` is Enter, `\u0003` is Ctrl-C. */
  type(keys: string): void;
  /** Hangs up, if it has not ended. */
  close(): Promise<void>;
}

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'photodav.js');
const MODES = 'modes of the terminal: ';
/** Ctrl-C reaches the shell too, which has to tell the modes afterwards. */
const SHELL = `trap : INT; stty rows $ROWS cols $COLS; echo "${MODES}$(stty -g)"; "$@"; code=$?; echo "${MODES}$(stty -g)"; exit $code`;

/** Starts the real program at `home` in a terminal, with these variables and no others. */
export function atTerminal(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { columns, rows }: Window = { columns: 80, rows: 24 },
): AtTerminal {
  const words = ['sh', '-c', SHELL, 'sh', process.execPath, BIN, ...args].map(quoted).join(' ');
  const child = spawn('script', ['-qec', words, '/dev/null'], {
    cwd: home,
    env: {
      ...{ PATH: process.env.PATH, HOME: home, SHELL: '/bin/sh', TERM: 'xterm-256color' },
      ...{ COLS: String(columns), ROWS: String(rows) },
      ...env,
    },
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close') as Promise<[number | null]>;
  return {
    outcome: ended.then(([code]) => outcomeOf(code, written)),
    async heard(pattern) {
      await until(() => pattern.test(written) || child.exitCode !== null);
      const found = pattern.exec(written);
      if (!found) throw new Error(written);
      return found;
    },
    type: (keys) => void child.stdin.write(keys),
    async close() {
      child.kill();
      await ended;
    },
  };
}

function outcomeOf(code: number | null, written: string): TerminalOutcome {
  const lines = written.split('\r\n');
  const modes = lines.flatMap((line) => line.split(MODES).slice(1));
  const shown = lines.map((line) => line.replace(new RegExp(`${MODES}.*`), '')).join('\n');
  return { code, shown, isAsBefore: modes.length === 2 && modes[0] === modes[1] };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
