import type { Readable } from 'node:stream';
import { signPath } from '../../delivery/sign.js';
import { wireFault } from '../../google/transport.js';
import { knownLinkToken } from '../link-token.js';
import { failure, ok, skipped, warning, type Finding } from './finding.js';
import { pathOfAnItem } from './item-path.js';
import type { MountSetup } from './mount-setup.js';

const LINK = 'docs/proxy.md#when-it-does-not-work';
const LIFE_MS = 5 * 60_000;
const MAX_CHARS = 4_096;
const FIRST_BYTE = { range: 'bytes=0-0' };
/** A name that no item has. */
const NOBODY = 'photodav doctor asks for nothing';
const TOKEN_ADVICE =
  "give the worker this server's link token: delivery.linkToken, or the file link-token in the data folder";
const START_ADVICE =
  "start `photodav serve`, and set the worker's PHOTODAV_GATEWAY to an address that it is reached at; the worker's log " +
  'tells more';

/**
 * Asks the worker behind a proxy URL for the first byte of an item, with a link of ours. Of a library too large to know a
 * path of, it is asked for what is not there: then it has to take the sign, and to pass on that there is no such item.
 */
export async function askWorker(setup: MountSetup, signal: AbortSignal): Promise<Finding> {
  const { mount, clock, transport } = setup;
  const linkToken = await knownLinkToken(setup.config);
  if (linkToken === undefined) return skipped('the link token is made at the first start');
  const real = await pathOfAnItem(setup);
  const path = real ?? `${mount.path === '/' ? '' : mount.path}/${NOBODY}`;
  const { origin, pathname, host } = new URL(mount.delivery.proxyUrl ?? '');
  const sign = signPath(path, clock.now() + LIFE_MS, linkToken);
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  const url = new URL(`${origin}${pathname.replace(/\/$/, '')}${escaped}?sign=${sign}`);
  try {
    const { statusCode, body } = await transport.request(url, { method: 'GET', headers: FIRST_BYTE, signal });
    return verdict(`the worker at ${host}`, statusCode, await beginningOf(body), real !== undefined);
  } catch (error) {
    signal.throwIfAborted();
    const { code = 'no reason given' }: NodeJS.ErrnoException = wireFault(error);
    const advice = 'start the worker, or correct delivery.proxyUrl';
    return failure('SOURCE_UNAVAILABLE', `the worker at ${host} cannot be reached (${code})`, advice, LINK);
  }
}

/** Workers of AList and OpenList answer 200 to everything, and tell the status in JSON. */
function verdict(worker: string, answered: number, text: string, isReal: boolean): Finding {
  const [, told] = /^\s*\{"code":\s*(\d{3})/.exec(text) ?? [];
  const status = Number(told ?? answered);
  if (isReal && (status === 200 || status === 206)) return ok(`the first byte came through ${worker}`);
  if (!isReal && status === 404) return ok(`${worker} takes our links, and asks this server`);
  if (/expired/i.test(text)) {
    const advice = 'set the clocks of both machines';
    return failure('SOURCE_UNAVAILABLE', `${worker} takes a new link for an old one`, advice, LINK);
  }
  if (status === 401 || status === 403 || /link token|sign/i.test(text)) {
    return failure('SOURCE_UNAVAILABLE', `${worker} has another link token`, TOKEN_ADVICE, LINK);
  }
  return warning(`${worker} gets nothing from this server (it answered ${status})`, START_ADVICE, LINK);
}

/** As much as an error needs; what is longer is bytes of an item, and left. */
async function beginningOf(body: Readable): Promise<string> {
  body.on('error', () => undefined);
  let text = '';
  for await (const chunk of body) {
    text += String(chunk);
    if (text.length >= MAX_CHARS) break;
  }
  return text;
}
