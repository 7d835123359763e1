import { POLICY_NAMES } from '../delivery/index.js';
import type { Fault } from './faults.js';
import type { Layer } from './given.js';
import { labelAt, optionAt } from './options.js';
import { isOwnAddress } from './own-address.js';

const POLICY = 'delivery.policy';
const PROXY_URL = 'delivery.proxyUrl';
const LINK_TOKEN = 'delivery.linkToken';
const STORE = 'catalog.store';
const WORKER = 'the address of a worker such as `photodav proxy`';

/** A policy without the address it needs, an address that no policy leads to, and one that leads back here. */
export function deliveryFaults(layer: Layer, count: number): readonly Fault[] {
  return Array.from({ length: count }).flatMap((_, index) => {
    const at = (option: string): string => `mounts.${index}.${option}`;
    const policy = layer.get(at(POLICY));
    const proxyUrl = layer.get(at(PROXY_URL));
    const isLedThere = policy?.value === 'proxy-url';
    if (isLedThere && proxyUrl === undefined) {
      const { flag = '', variable = '' } = optionAt(at(PROXY_URL)) ?? {};
      const message = `${labelAt(at(POLICY), count)} (${policy.place}) "proxy-url" needs ${PROXY_URL}, ${WORKER}`;
      return [{ message, advice: `set ${PROXY_URL} of the mount, ${flag} or ${variable}` }];
    }
    if (proxyUrl === undefined) return [];
    const name = `${labelAt(at(PROXY_URL), count)} (${proxyUrl.place})`;
    if (!isLedThere) {
      // A misspelt policy is told by itself.
      if (policy && !POLICY_NAMES.some((known) => known === policy.value)) return [];
      const message = `${name} does nothing: ${POLICY} of the mount is not proxy-url`;
      return [{ message, advice: `set ${POLICY} to proxy-url, or leave ${PROXY_URL} out` }];
    }
    if (typeof proxyUrl.value !== 'string' || !URL.canParse(proxyUrl.value)) return [];
    if (!isOwnAddress(new URL(proxyUrl.value), layer)) return [];
    return [{ message: `${name} leads back to this server`, advice: `name ${WORKER}` }];
  });
}

/** A link token that nobody could give to a worker: none is chosen, and one that is made is not kept. */
export function linkTokenFaults(layer: Layer, count: number): readonly Fault[] {
  const store = layer.get(STORE);
  const isChosen = layer.has(LINK_TOKEN) || layer.has(`${LINK_TOKEN}File`);
  const hasWorker = Array.from({ length: count }).some((_, index) => {
    return layer.get(`mounts.${index}.${POLICY}`)?.value === 'proxy-url';
  });
  if (store?.value !== 'memory' || isChosen || !hasWorker) return [];
  const { variable = '' } = optionAt(LINK_TOKEN) ?? {};
  const message = `${STORE} (${store.place}) "memory" keeps no link token, and policy proxy-url needs one for its worker`;
  return [{ message, advice: `set ${LINK_TOKEN} or ${variable}` }];
}
