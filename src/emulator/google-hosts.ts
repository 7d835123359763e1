import type { IncomingMessage } from 'node:http';
import type { Account } from './account.js';
import { googleError, oauthFailure, type GoogleError } from './google-errors.js';
import { GOOGLE_NAMES, GOOGLE_ORIGINS, type GoogleName, type Origins } from './google-names.js';
import type { Host, Route } from './host.js';
import { libraryRoute } from './library-api.js';
import { mediaHost, videoHost } from './media.js';
import { oauthRoute } from './oauth-routes.js';
import type { OAuth } from './oauth.js';
import { pickerRoute } from './picker-api.js';
import { pickingRoute } from './picking.js';

/** The host that a request names, if it is one of Google's: then it finds there what it would find at Google. */
export function googleHosts(account: Account, oauth: OAuth): (request: IncomingMessage) => Host | undefined {
  const { library, picker, accounts, oauth: tokens, apis, openId, photos, media, video } = GOOGLE_NAMES;
  const oauthHost = (name: GoogleName): Host =>
    host(account, (method, { pathname }) => oauthRoute(oauth, account, method, pathname, name), oauthFailure);
  const hosts = new Map<string, Host>([
    [library, host(account, (method, { pathname }) => libraryRoute(account, method, pathname), googleError)],
    [picker, host(account, (method, { pathname }) => pickerRoute(account, method, pathname), googleError)],
    [photos, host(account, (method, { pathname }) => pickingRoute(account, method, pathname), googleError)],
    ...[accounts, tokens, apis, openId].map((name) => [name, oauthHost(name)] as const),
    [media, mediaHost(account, GOOGLE_ORIGINS)],
    [video, videoHost(account, GOOGLE_ORIGINS)],
  ]);
  return ({ headers }) => hosts.get((headers.host ?? '').replace(/:\d*$/, '').toLowerCase());
}

/** OAuth and both APIs on one origin, and the levers beside them; every other path is a page that says 404. */
export function pathHost(
  account: Account,
  oauth: OAuth,
  origins: Origins,
  control: (method: string, path: string) => Route | undefined,
): Host {
  return {
    origins,
    route: (method, { pathname, searchParams }) =>
      control(method, pathname) ??
      oauthRoute(oauth, account, method, pathname) ??
      // A path of both APIs: that of the Picker has a session.
      (pathname === '/v1/mediaItems' && !searchParams.has('sessionId')
        ? undefined
        : pickerRoute(account, method, pathname)) ??
      libraryRoute(account, method, pathname) ??
      pickingRoute(account, method, pathname) ?? { key: 'unknown', handle: (exchange) => exchange.notFoundPage() },
    latencyMs: () => account.levers.latencyMs,
    fail(exchange, status, headers) {
      const isOAuth = !exchange.url.pathname.startsWith('/v1/');
      const { body } = isOAuth ? oauthFailure(status) : googleError(status);
      exchange.json(status, body, headers);
    },
  };
}

function host(
  account: Account,
  route: (method: string, url: URL) => Route | undefined,
  failure: (status: number) => GoogleError,
): Host {
  return {
    origins: GOOGLE_ORIGINS,
    route: (method, url) => route(method, url) ?? { key: 'unknown', handle: (exchange) => exchange.notFoundPage() },
    latencyMs: () => account.levers.latencyMs,
    fail: (exchange, status, headers) => exchange.json(status, failure(status).body, headers),
  };
}
