import { connect } from 'node:net';
import { once as event } from 'node:events';
import type { System } from '../../config/folders.js';
import { systemErrorCode } from '../../system-error.js';
import type { Check } from './check.js';
import { failure, ok, warning, type Finding } from './finding.js';
import { isGoogles, type HostAnswer } from './hosts.js';
import { issuerSeen } from './issuer.js';
import type { Setup } from './setup.js';

const LINK = 'docs/configuration.md#proxies';
const MINUTE_MS = 60_000;
/** Google takes no note of minutes; a certificate, a token's end and a session's end do of hours. */
const CLOCK_WARNING_MS = 5 * MINUTE_MS;
const CLOCK_FAILURE_MS = 60 * MINUTE_MS;

const CERTIFICATE = /CERT|ISSUER|SELF_SIGNED|UNABLE_TO_VERIFY/;
const NAME_UNKNOWN: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME', 'ENODATA']);
/** AList's third note: folders show, and opening one fails, since a system's proxy is for browsers alone. */
const CLASH =
  'where a program such as clash is the way to Google, switch on its TUN mode, or set HTTPS_PROXY to its address: ' +
  'photodav does not use the proxy that Windows or a browser is set to';

export const PROXIES: Check<Setup> = {
  name: 'proxies',
  async run({ config: { google }, system, addresses, transport }, signal) {
    const used = transport.proxyFor(addresses.api);
    if (used === undefined) return withoutProxy(system);
    if (isLeftOut(addresses.api, google.noProxy)) {
      const advice = 'take Google out of NO_PROXY, or google.noProxy, if it is to be asked through the proxy';
      return ok(`the proxy ${used} is set, and Google is left out of it`, advice, LINK);
    }
    const { hostname, port, protocol } = new URL(google.httpsProxy ?? google.httpProxy ?? '');
    const fault = await faultOfConnecting(hostname, Number(port) || (protocol === 'https:' ? 443 : 80), signal);
    if (fault === undefined) return ok(`Google is asked through the proxy ${used}`);
    return failure(
      'SOURCE_UNAVAILABLE',
      `the proxy ${used} cannot be reached (${fault})`,
      'start the proxy, or correct google.httpsProxy or HTTPS_PROXY; without one, unset them',
      LINK,
    );
  },
};

export const CONNECTION: Check<Setup> = {
  name: 'connection',
  needs: ['proxies'],
  applies: asksGoogle,
  async run({ hosts, transport, system }, signal) {
    const answers = await hosts();
    const failed = answers.find(({ fault }) => fault !== undefined);
    if (!failed) return ok(`reached ${answers.map(({ origin }) => origin.host).join(', ')}`);
    const proxy = transport.proxyFor(failed.origin);
    return connectionFault(failed, { proxy, system, issuer: () => issuerSeen(failed.origin, proxy, signal) });
  },
};

export const CLOCK: Check<Setup> = {
  name: 'clock',
  applies: asksGoogle,
  async run({ hosts }) {
    const [ahead] = (await hosts()).flatMap(({ aheadMs }) => aheadMs ?? []);
    if (ahead === undefined) return { status: 'skipped', message: 'not checked: Google told no time to compare with' };
    const off = Math.abs(ahead);
    if (off <= CLOCK_WARNING_MS) return ok('it agrees with that of Google');
    const message = `it is ${durationText(off)} ${ahead > 0 ? 'behind' : 'ahead of'} Google's`;
    const advice = 'set the clock of this machine, and let it be kept right by NTP';
    const link = 'docs/doctor.md#clock';
    return off > CLOCK_FAILURE_MS ? failure('CONFIG_INVALID', message, advice, link) : warning(message, advice, link);
  },
};

interface Suspects {
  readonly proxy: string | undefined;
  readonly system: System;
  readonly issuer: () => Promise<string | undefined>;
}

async function connectionFault({ origin, fault }: HostAnswer, suspects: Suspects): Promise<Finding> {
  const { host } = origin;
  const { code = 'no reason given' } = fault ?? {};
  const { proxy, system } = suspects;
  const failed = (message: string, advice: string) => failure('SOURCE_UNAVAILABLE', message, advice, LINK);
  if (CERTIFICATE.test(code)) {
    const issuer = await suspects.issuer();
    const by = issuer === undefined ? '' : `; it was issued by ${issuer}`;
    return failed(
      `the certificate of ${host} is not trusted (${code})${by}`,
      'a proxy or a virus scanner that looks into TLS stands in between: leave photodav out there, or name its ' +
        'certificate with NODE_EXTRA_CA_CERTS; a clock that is far off has the same effect',
    );
  }
  if (proxy !== undefined) {
    return failed(`${host} cannot be reached through the proxy ${proxy} (${code})`, 'look at what the proxy allows');
  }
  if (!isGoogles(origin)) {
    return failed(
      `${host} cannot be reached (${code})`,
      'correct google.endpoint, or leave it out to ask Google itself',
    );
  }
  if (NAME_UNKNOWN.has(code)) {
    return failed(`the name ${host} cannot be looked up (${code})`, `look at the DNS of this machine; ${CLASH}`);
  }
  const first = system.platform === 'win32' ? '' : 'look at the network and the firewall; ';
  return failed(`${host} cannot be reached (${code})`, first + CLASH);
}

/** What other programs take for a proxy, and photodav does not. */
function withoutProxy({ env, platform }: System): Finding {
  if ((env.ALL_PROXY ?? env.all_proxy ?? '') !== '') {
    const message = 'ALL_PROXY is set, and not used: Google is asked directly';
    return warning(message, 'set HTTPS_PROXY to an http:// address of that proxy', LINK);
  }
  return platform === 'win32' ? ok('Google is asked directly', CLASH, LINK) : ok('Google is asked directly');
}

/** As NO_PROXY is read: names with their sub-domains, separated by commas, or `*`. */
function isLeftOut({ hostname }: URL, noProxy = ''): boolean {
  const names = noProxy.split(/[\s,]+/).map((name) => name.replace(/^\*?\./, '').replace(/:\d+$/, ''));
  return names.some((name) => name === '*' || (name !== '' && (hostname === name || hostname.endsWith(`.${name}`))));
}

function asksGoogle({ loaded, config }: Setup): boolean {
  return !('values' in loaded) || config.mounts.some(({ source }) => source !== 'demo');
}

async function faultOfConnecting(host: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  const socket = connect({ host: host.replace(/^\[(.*)\]$/, '$1'), port });
  try {
    await event(socket, 'connect', { signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return systemErrorCode(error);
  } finally {
    socket.destroy();
  }
}

function durationText(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 72 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
