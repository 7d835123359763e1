import { AppError } from '../errors.js';
import { hashPassword, MAX_PASSWORD_BYTES } from '../http/password.js';
import { isTerminal, TERMINAL, type Questions } from './terminal.js';

/** The hash of a new password: asked for twice on a terminal, else one line of standard input. Throws CONFIG_INVALID. */
export async function newPasswordHash(who: string): Promise<string> {
  if (isTerminal()) return askPasswordHash(who, TERMINAL);
  return hashPassword(checkPassword(await firstLine(process.stdin)));
}

/** The hash of a password that a person types twice. Throws CONFIG_INVALID. */
export async function askPasswordHash(who: string, questions: Questions): Promise<string> {
  const password = checkPassword(await questions.askSecret(`Password for ${who}`));
  const again = checkPassword(await questions.askSecret('The same again'));
  if (password !== again) refuse('the two passwords differ', 'run the command again');
  return hashPassword(password);
}

/** The password in NFC, if it is one that every client can send (RFC 7617 §2). Throws CONFIG_INVALID. */
export function checkPassword(written: string): string {
  refuseLong(written);
  const password = written.normalize('NFC');
  // Some characters are longer in NFC.
  refuseLong(password);
  if (password === '') refuse('the password is empty', 'type one, or pipe it into the command as one line');
  if (/\p{Cc}/u.test(password) || !password.isWellFormed()) {
    refuse('the password holds a control character', 'leave out tabs and the like');
  }
  return password;
}

function refuseLong(password: string): void {
  const bytes = Buffer.byteLength(password);
  if (bytes > MAX_PASSWORD_BYTES)
    refuse(`the password has ${bytes} bytes`, `take one of at most ${MAX_PASSWORD_BYTES}`);
}

/** The first line of a stream of UTF-8, without its end; the rest is left unread. */
async function firstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  let line = Buffer.alloc(0);
  for await (const chunk of input) {
    line = Buffer.concat([line, Buffer.from(chunk)]);
    // A password that is too long is refused below, however much follows.
    if (line.includes('\n') || line.length > 4 * MAX_PASSWORD_BYTES) break;
  }
  const end = line.indexOf('\n');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(end < 0 ? line : line.subarray(0, end));
    return text.replace(/\r$/, '');
  } catch {
    return refuse('the password is no UTF-8', 'set the terminal or the program that writes it to UTF-8');
  }
}

function refuse(message: string, advice: string): never {
  throw new AppError('CONFIG_INVALID', message, { advice });
}
