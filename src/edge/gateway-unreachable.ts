import { AppError } from '../errors.js';
import { wireFault } from '../google/transport.js';

/** HTTP over TLS to a server that speaks none, and the other way round: Node's and undici's codes. */
const NO_TLS_THERE: ReadonlySet<string> = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);
const CUT_AT_ONCE: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

/** The failure of a question that got no answer. Tells no address, for it may be that of somebody's home. */
export function gatewayUnreachable(error: unknown, gateway: URL): AppError {
  const cause = wireFault(error);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return new AppError('SOURCE_UNAVAILABLE', `the gateway cannot be reached${code === '' ? '' : ` (${code})`}`, {
    cause,
    advice: adviceFor(code, gateway.protocol),
  });
}

function adviceFor(code: string, protocol: string): string {
  if (NO_TLS_THERE.has(code)) {
    return 'no TLS is spoken at this address: try http:// instead of https:// in PHOTODAV_GATEWAY';
  }
  if (protocol === 'https:' && CERTIFICATE.test(code)) {
    return 'give PHOTODAV_GATEWAY by the name that its certificate is for, and its authority in NODE_EXTRA_CA_CERTS';
  }
  if (protocol === 'http:' && CUT_AT_ONCE.has(code)) {
    return 'check that the gateway runs; if it speaks TLS, try https:// instead of http:// in PHOTODAV_GATEWAY';
  }
  return 'check that the gateway runs, and that PHOTODAV_GATEWAY is its address';
}
