import type { Config } from '../config/schema.js';
import type { ProxySettings } from '../google/transport.js';

/** The proxies on the way to Google, as the transport takes them. */
export function proxySettings({ httpProxy, httpsProxy, noProxy }: Config['google']): ProxySettings {
  return {
    ...(httpProxy === undefined ? {} : { http: httpProxy }),
    ...(httpsProxy === undefined ? {} : { https: httpsProxy }),
    ...(noProxy === undefined ? {} : { no: noProxy }),
  };
}
