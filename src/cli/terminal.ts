import { read } from 'read';

/** Asks a person. Tests hand in one of their own. */
export interface Questions {
  /** The answer, without white space around it; `usual` if there is none. */
  ask(question: string, usual?: string): Promise<string>;
  /** An answer that is not shown as it is typed. */
  askSecret(question: string): Promise<string>;
  /** Tells what the person should know before the next question. */
  tell(text: string): void;
}

/** Whether somebody can be asked. */
export function isTerminal(): boolean {
  return process.stdin.isTTY;
}

/** The person at the terminal; questions go to standard error. Ends the process with 130 if they give up. */
export const TERMINAL: Questions = {
  async ask(question, usual) {
    const answer = await asked(`${question}${usual === undefined ? '' : ` [${usual}]`}:`, false);
    return answer.trim() === '' ? (usual ?? '') : answer.trim();
  },
  askSecret: (question) => asked(`${question} (not shown):`, true),
  tell: (text) => void process.stderr.write(`${text}\n`),
};

function asked(prompt: string, silent: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    // Ctrl-D closes the input, of which `read` 4.1.0 says nothing.
    process.stdin.once('pause', () => setImmediate(() => isAnswered || giveUp()));
    // As a terminal even where standard error is none: else the system would show what is typed.
    read({ prompt, silent, terminal: true, output: process.stderr }).then(
      (answer) => {
        isAnswered = true;
        // The line end was not shown either.
        if (silent) process.stderr.write('\n');
        resolve(answer);
      },
      (error: unknown) => (error instanceof Error && error.message === 'canceled' ? giveUp() : reject(error as Error)),
    );
  });
}

function giveUp(): never {
  process.stderr.write('\n');
  process.exit(130);
}
