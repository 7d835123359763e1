import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import type { Granted, OAuthClient } from '../../google/auth/oauth.js';
import type { Answer } from './answer.js';
import { openListener, type Listener } from './listener.js';
import { readPasted } from './pasted.js';

/** How long a person may take at Google. */
export const LIMIT_MS = 600_000;

/** Whoever signs in, wherever they are. */
export interface Person {
  /**
   * Shows the person Google's page: in a browser, or as an address. Gives where they can paste what came of it, for a
   * browser on another machine; undefined if they need not.
   */
  visit(consent: URL): Promise<Answers | undefined>;
  /** Says what the person should know now. */
  tell(text: string): void;
  /** Whether the person wants to do what is said; absent where nobody can be asked. */
  agrees?(question: string, signal?: AbortSignal): Promise<boolean>;
}

/** What a person pastes, a line at a time. */
export interface Answers {
  /** The next line; undefined once no more will come. */
  next(signal: AbortSignal): Promise<string | undefined>;
}

export interface ConsentParts {
  readonly oauth: OAuthClient;
  readonly clock: Clock;
}

export interface Ask {
  readonly scopes: readonly string[];
  readonly prompt?: 'consent';
  /** The only address that the client may be answered at; any free port of the loopback if absent. */
  readonly redirectUri?: URL;
}

/**
 * Asks a person for consent, once, and Google for the tokens that come of it: a code for a loopback address, with PKCE
 * (RFC 8252, RFC 7636). What `accept` makes of those is given, and the page that the browser ends at tells it.
 *
 * SIGN_IN_REQUIRED if consent is refused or nobody answers in ten minutes, else what the exchange throws.
 */
export async function askConsent<T extends { readonly isSignedIn: boolean }>(
  { scopes, prompt, redirectUri: only }: Ask,
  person: Person,
  { oauth, clock }: ConsentParts,
  accept: (granted: Granted) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(48).toString('base64url');
  const listener = await openListener({
    state,
    clock,
    onForeign: () => person.tell('An answer to another sign-in came, and was ignored.'),
    ...(only ? { redirectUri: only } : {}),
  });
  let isSignedIn = false;
  try {
    const { redirectUri } = listener;
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const consent = oauth.consentUrl({ redirectUri, scopes, state, challenge, ...(prompt ? { prompt } : {}) });
    const answers = await person.visit(consent);
    const answer = await firstAnswer({ listener, answers, person, clock, state, consent }, signal);
    if (answer.kind === 'refused') throw answer.error;
    const outcome = await accept(await oauth.exchange({ code: answer.code, redirectUri, verifier }, signal));
    ({ isSignedIn } = outcome);
    return outcome;
  } finally {
    await listener.close(isSignedIn);
  }
}

interface Waiting {
  readonly listener: Listener;
  readonly answers: Answers | undefined;
  readonly person: Person;
  readonly clock: Clock;
  readonly state: string;
  readonly consent: URL;
}

/** Whichever comes first: the browser, or what the person pastes. */
async function firstAnswer(waiting: Waiting, signal: AbortSignal | undefined): Promise<Answer> {
  const { listener, answers, clock } = waiting;
  const leave = new AbortController();
  const ended = signal ? AbortSignal.any([signal, leave.signal]) : leave.signal;
  try {
    return await Promise.race([
      listener.answer,
      clock.sleep(LIMIT_MS, ended).then(() => Promise.reject(tooLate())),
      ...(answers ? [pastedAnswer(answers, waiting, ended)] : []),
    ]);
  } finally {
    leave.abort(new AppError('INTERNAL', 'the sign-in has its answer'));
  }
}

async function pastedAnswer(
  answers: Answers,
  { person, state, consent }: Waiting,
  signal: AbortSignal,
): Promise<Answer> {
  let fault: AppError | undefined;
  for (;;) {
    const line = await answers.next(signal);
    if (line === undefined) break;
    const pasted = readPasted(line, { state, consent });
    if (pasted.kind !== 'fault') return pasted;
    const { message, advice } = pasted;
    fault = new AppError('SIGN_IN_REQUIRED', message, { advice });
    person.tell(`${message}: ${advice}`);
  }
  if (fault) throw fault;
  // Nobody has pasted, so nobody can: the browser may still come.
  return new Promise(() => undefined);
}

function tooLate(): AppError {
  return new AppError('SIGN_IN_REQUIRED', `nobody has answered within ${LIMIT_MS / 60_000} minutes`, {
    advice: 'run `photodav login` again; on a machine without a browser, with --no-browser',
  });
}
