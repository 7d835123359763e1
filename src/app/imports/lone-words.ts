import { unquoted } from '../../google/auth/token.js';
import { unusable, type ImportedToken } from './imported.js';

interface LoneWord {
  readonly form: RegExp;
  readonly what: string;
  readonly advice: string;
}

const LONE_WORDS: readonly LoneWord[] = [
  {
    form: /^ya29\./,
    what: 'an access token alone, for it ends an hour after it was made',
    advice: 'import the refresh token, which begins with 1//, or sign in with `photodav login`',
  },
  {
    form: /^4\/[\w-]+$/,
    what: 'an authorization code, which only the program that asked for it can use, once',
    advice: 'sign in with `photodav login --no-browser`, and paste the address that the browser ends at there',
  },
  {
    form: /^https?:\/\/\S*[?&](code|error)=/,
    what: 'the address that a sign-in ended at',
    advice: 'paste it into the `photodav login --no-browser` that began this sign-in',
  },
  {
    form: /^AIza[\w-]+$/,
    what: "an API key, for it opens nobody's photos",
    advice: 'make an OAuth client of type Desktop app: `photodav login --guide` tells how',
  },
  {
    form: /^GOCSPX-[\w-]+$/,
    what: "a client's secret alone",
    advice: 'download the JSON file of the client in the Google Cloud console, and import that',
  },
  {
    form: /^\d+-\w+\.apps\.googleusercontent\.com$/,
    what: "a client's id alone",
    advice: 'download the JSON file of the client in the Google Cloud console, and import that',
  },
];

/** A refresh token by itself, as other programs ask for one; undefined for a text of another kind. */
export function readLoneWord(text: string): ImportedToken | undefined {
  const word = unquoted(text.trim());
  const known = LONE_WORDS.find(({ form }) => form.test(word));
  if (known) throw unusable(known.what, known.advice);
  if (!/^1\/\/[\w-]+$/.test(word)) return undefined;
  return { kind: 'token', refreshToken: word, options: [], withoutOption: [] };
}
