import { curl, type CurlAnswer } from './curl.js';

/** One `D:response`. Values are as written, entities resolved; a property without text is ''. */
export interface Member {
  readonly href: string;
  /** Local names of the properties in the 200 propstat. */
  readonly found: Readonly<Record<string, string>>;
  /** Local names of those in the 404 propstat. */
  readonly missing: readonly string[];
  readonly isCollection: boolean;
}

export interface PropfindOptions {
  /** No Depth header if null; `1` if absent. */
  readonly depth?: string | null;
  readonly body?: string;
  /** Further options of curl. */
  readonly options?: readonly string[];
}

export function propfind(url: string, { depth = '1', body, options = [] }: PropfindOptions = {}): Promise<CurlAnswer> {
  const depthHeader = depth === null ? [] : ['-H', `Depth: ${depth}`];
  const data = body === undefined ? [] : ['-H', 'Content-Type: application/xml', '--data-binary', body];
  return curl('-X', 'PROPFIND', ...depthHeader, ...data, ...options, url);
}

/** Reads a multistatus in the one form that every client takes (prefix `D:`, no white space between elements). */
export function readMultistatus(xml: string): Member[] {
  return [...xml.matchAll(/<D:response>(.*?)<\/D:response>/gs)].map(([, response = '']) => {
    const propstats = [...response.matchAll(/<D:propstat>(.*?)<\/D:propstat>/gs)].map((match) => match[1] ?? '');
    const withStatus = (status: string): string =>
      propstats.filter((propstat) => propstat.includes(`<D:status>HTTP/1.1 ${status}`)).join('');
    const found = readProperties(withStatus('200 OK'));
    return {
      href: /<D:href>(.*?)<\/D:href>/.exec(response)?.[1] ?? '',
      found,
      missing: Object.keys(readProperties(withStatus('404'))),
      isCollection: response.includes('<D:collection/>'),
    };
  });
}

function readProperties(propstat: string): Record<string, string> {
  const inside = [...propstat.matchAll(/<D:prop>(.*?)<\/D:prop>/gs)].map((match) => match[1] ?? '').join('');
  const elements = inside.matchAll(/<(?:\w+:)?([\w-]+)(?: [^>]*?)?(?:\/>|>(.*?)<\/(?:\w+:)?\1>)/gs);
  return Object.fromEntries([...elements].map(([, name = '', text = '']) => [name, unescape(text)]));
}

const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** Every member below `path` (an href ending in a slash), by asking collection after collection. */
export async function walk(origin: string, path: string): Promise<Member[]> {
  const [self, ...members] = readMultistatus((await propfind(origin + path)).text);
  if (self === undefined) throw new Error(`no answer for ${path}`);
  const below: Member[] = [];
  for (const member of members.filter(({ isCollection }) => isCollection))
    below.push(...(await walk(origin, member.href)));
  return [...members, ...below];
}
