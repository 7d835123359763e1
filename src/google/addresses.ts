const BYTE_HOSTS = ['photoslibrary.googleapis.com', '.googleusercontent.com', '.googlevideo.com'];

/** Where Google is. */
export interface GoogleAddresses {
  /** Origin of the Library API; paths begin with `/v1/`. */
  readonly api: URL;
  /** Origin of the Picker API; paths begin with `/v1/`. */
  readonly picker: URL;
  /** Where a browser asks a person for consent. */
  readonly consent: URL;
  readonly token: URL;
  readonly revoke: URL;
  readonly tokenInfo: URL;
  /** Names the place without a secret: "google", or the endpoint's host and port. */
  readonly label: string;
  /** True for hosts that bytes may come from; anything else, in an answer or a redirect, is not followed. */
  mayServeBytes(url: URL): boolean;
}

/** Google's own addresses, or the same paths on the origin of `endpoint`, whose host may serve bytes on any port. */
export function googleAddresses(endpoint?: URL): GoogleAddresses {
  const at = (origin: string, path = ''): URL => new URL(path, endpoint?.origin ?? origin);
  return {
    api: at('https://photoslibrary.googleapis.com'),
    picker: at('https://photospicker.googleapis.com'),
    consent: at('https://accounts.google.com', '/o/oauth2/v2/auth'),
    token: at('https://oauth2.googleapis.com', '/token'),
    revoke: at('https://oauth2.googleapis.com', '/revoke'),
    tokenInfo: at('https://oauth2.googleapis.com', '/tokeninfo'),
    label: endpoint ? endpoint.host : 'google',
    mayServeBytes: (url) => isGoogleHost(url) || (endpoint !== undefined && isSameHost(url, endpoint)),
  };
}

function isGoogleHost({ protocol, hostname, port }: URL): boolean {
  if (protocol !== 'https:' || port !== '') return false;
  return BYTE_HOSTS.some((host) => (host.startsWith('.') ? hostname.endsWith(host) : hostname === host));
}

function isSameHost(url: URL, endpoint: URL): boolean {
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname === endpoint.hostname;
}
