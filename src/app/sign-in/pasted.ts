import { unquoted } from '../../google/auth/token.js';
import { readAnswer, type Answer } from './answer.js';

/** What a person pasted: the answer, or what to tell them, so that they can paste again. */
export type Pasted = Answer | { readonly kind: 'fault'; readonly message: string; readonly advice: string };

const HOW =
  'paste the whole address that the browser ends at after you have agreed: it begins with http://127.0.0.1, and the ' +
  'page itself need not load';

/** Reads the address that Google sent the browser to, its query, or the code alone. Repeats nothing of it. */
export function readPasted(
  line: string,
  { state, consent }: { readonly state: string; readonly consent: URL },
): Pasted {
  const text = unquoted(line.trim());
  if (text === '') return fault('nothing was pasted');
  if (/^4(\/|%2F)[\w%-]+$/i.test(text)) return { kind: 'code', code: decodedOnce(text) };
  if (/^(ya29\.|1\/\/)/.test(text)) {
    return fault('that is a token, not the answer to this sign-in', '`photodav login --import -` takes tokens');
  }
  const query = queryOf(text);
  if (!query) return fault('that is neither an address nor a code');
  if (isAddress(text)) {
    if (isConsent(new URL(text), consent)) {
      return fault("that is the address of Google's page, where you agree, not the one after it");
    }
    // In a part of an address it may be left out: PKCE ties the code to this sign-in.
  } else if (!query.has('state')) query.set('state', state);
  const answer = readAnswer(query, state);
  if (answer.kind === 'none') return fault('that address holds no code');
  if (answer.kind === 'foreign') {
    return fault(
      'that address answers another sign-in, perhaps an earlier one',
      `open the address above once more, then ${HOW}`,
    );
  }
  return answer;
}

function queryOf(text: string): URLSearchParams | undefined {
  if (isAddress(text)) return new URL(text).searchParams;
  // Browsers leave out the scheme when an address is copied.
  const query = text.includes('?') ? text.slice(text.indexOf('?')) : text;
  return /(^|[?&])(code|error|state)=/.test(query) ? new URLSearchParams(query) : undefined;
}

function isAddress(text: string): boolean {
  return /^https?:/i.test(text) && URL.canParse(text);
}

function isConsent(pasted: URL, { host, pathname }: URL): boolean {
  return pasted.host === host && (pasted.pathname === pathname || !pasted.searchParams.has('code'));
}

function decodedOnce(code: string): string {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}

function fault(message: string, advice = HOW): Pasted {
  return { kind: 'fault', message, advice };
}
