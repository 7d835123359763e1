import type { Failure } from './answer.js';
import { wireFault, type Transport } from './transport.js';

const GOOGLES = /(^|\.)(googleapis|googleusercontent|googlevideo)\.com$/;

/** The failure of a request that got no answer: which host, and what went wrong; never a path, a query or a password. */
export function unreachable(error: unknown, url: URL, transport: Transport): Failure {
  const cause = wireFault(error);
  const code = 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  const proxy = transport.proxyFor(url);
  const suspects = [
    'the network',
    ...(GOOGLES.test(url.hostname) ? [] : ['google.endpoint']),
    ...(proxy === undefined ? [] : [`the proxy ${proxy}`]),
  ];
  return {
    code: 'SOURCE_UNAVAILABLE',
    message: `google photos: ${url.host} cannot be reached${code}`,
    advice: `check ${suspects.join(', ')}, then try again`,
    cause,
    again: 'soon',
  };
}
