import { z } from 'zod';
import { hostName, listenHost } from './addresses.js';
import { idleTimeout } from './idle-timeout.js';
import { linkToken } from './link-token.js';
import { OPTION_FACTS } from './option-facts.js';
import { optionsOf, type Option } from './options.js';
import { CONFIG_SCHEMA } from './schema.js';

const gateway = z
  .url({ protocol: /^https?$/ })
  .refine(isPlain)
  .transform((text) => new URL(text))
  .register(OPTION_FACTS, {
    allowed:
      'an address that begins with http:// or https://, such as http://192.168.1.5:8008, without a user or a query',
    placeholder: 'url',
    isPrivate: true,
  });

/** Every option of `photodav proxy`; what means the same to `photodav serve` is called the same. */
export const PROXY_SCHEMA = z.object({
  gateway: gateway.describe('where `photodav serve` answers, as this machine reaches it'),
  linkToken: linkToken.describe("the gateway's secret, which signs its links"),
  proxy: z
    .object({
      host: listenHost.prefault('127.0.0.1').describe('the address to listen on'),
      port: z.int().min(0).max(65535).default(8009).describe('the port to listen on; 0 takes any free one'),
      allowedHosts: z
        .array(hostName)
        .register(OPTION_FACTS, { allowed: 'host names without a port', placeholder: 'names' })
        .default([])
        .describe("hosts besides Google's that bytes may be fetched from"),
      idleTimeout,
    })
    .transform(({ idleTimeout, ...rest }) => ({ ...rest, idleTimeoutMs: idleTimeout }))
    .prefault({}),
  google: CONFIG_SCHEMA.shape.google,
  log: CONFIG_SCHEMA.shape.log,
});

/** What `photodav proxy` runs with. */
export type ProxyConfig = z.output<typeof PROXY_SCHEMA>;

/** In the order of the help. */
export const PROXY_OPTIONS: readonly Option[] = optionsOf(PROXY_SCHEMA, '').map(withShortFlag);

/** The command says `proxy` already; a variable does not, and `serve` has a port of its own. */
function withShortFlag(option: Option): Option {
  return option.flag === undefined ? option : { ...option, flag: option.flag.replace(/^--proxy-/, '--') };
}

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return `${username}${password}${search}${hash}` === '';
}
