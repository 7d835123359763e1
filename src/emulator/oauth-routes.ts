import type { Account } from './account.js';
import type { Exchange } from './exchange.js';
import { GOOGLE_NAMES, type GoogleName } from './google-names.js';
import type { Route } from './host.js';
import { openIdConfiguration, tokenInfo, userInfo } from './identity.js';
import type { OAuth } from './oauth.js';

interface Row {
  readonly key: string;
  readonly host: GoogleName;
  readonly path: RegExp;
  /** Any method if absent. */
  readonly method?: 'GET' | 'POST';
  /** True for what says nothing but Google's own addresses. */
  readonly isByNameOnly?: boolean;
  handle(oauth: OAuth, exchange: Exchange, account: Account): Promise<void> | void;
}

const { accounts, oauth: tokens, apis, openId } = GOOGLE_NAMES;
const token: Row['handle'] = (oauth, exchange) => oauth.token(exchange);
const info: Row['handle'] = (_oauth, exchange, account) => tokenInfo(account, exchange);
const user: Row['handle'] = (_oauth, exchange, account) => userInfo(account, exchange);

const ROWS: readonly Row[] = [
  {
    key: 'auth',
    host: accounts,
    path: /^\/o\/oauth2\/(?:v2\/)?auth$/,
    method: 'GET',
    handle: (oauth, exchange) => oauth.consent.ask(exchange),
  },
  {
    key: 'consent',
    host: accounts,
    path: /^\/signin\/oauth\/consent$/,
    method: 'POST',
    handle: (oauth, exchange) => oauth.consent.decide(exchange),
  },
  {
    key: 'openid-configuration',
    host: accounts,
    path: /^\/\.well-known\/openid-configuration$/,
    method: 'GET',
    isByNameOnly: true,
    handle: (_oauth, exchange) => exchange.json(200, openIdConfiguration()),
  },
  { key: 'token', host: tokens, path: /^\/token$/, method: 'POST', handle: token },
  { key: 'token', host: apis, path: /^\/oauth2\/v4\/token$/, method: 'POST', handle: token },
  { key: 'revoke', host: tokens, path: /^\/revoke$/, handle: (oauth, exchange) => oauth.revoke(exchange) },
  { key: 'tokeninfo', host: tokens, path: /^\/tokeninfo$/, handle: info },
  { key: 'tokeninfo', host: apis, path: /^\/oauth2\/v[123]\/tokeninfo$/, handle: info },
  { key: 'userinfo', host: openId, path: /^\/v1\/userinfo$/, handle: user },
  { key: 'userinfo', host: apis, path: /^\/oauth2\/v[123]\/userinfo$/, handle: user },
];

/** The route of an OAuth or OpenID endpoint: of the host with that name, or of any where no name is given. */
export function oauthRoute(
  oauth: OAuth,
  account: Account,
  method: string,
  path: string,
  name?: GoogleName,
): Route | undefined {
  const row = ROWS.find(
    (each) =>
      each.path.test(path) &&
      (each.method ?? method) === method &&
      (name === undefined ? !each.isByNameOnly : each.host === name),
  );
  return row && { key: row.key, handle: (exchange) => row.handle(oauth, exchange, account) };
}
