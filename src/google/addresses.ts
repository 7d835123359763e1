const BYTE_HOSTS = ['photoslibrary.googleapis.com', '.googleusercontent.com', '.googlevideo.com'];

/** Where Google is. */
export interface GoogleAddresses {
  /** Origin of the Library API; paths begin with `/v1/`. */
  readonly api: URL;
  readonly token: URL;
  /** Names the place without a secret: "google", or the endpoint's host and port. */
  readonly label: string;
  /** True for hosts that bytes may come from; anything else, in an answer or a redirect, is not followed. */
  mayServeBytes(url: URL): boolean;
}

/** Google's own addresses, or the same paths on the origin of `endpoint`, whose host may serve bytes on any port. */
export function googleAddresses(endpoint?: URL): GoogleAddresses {
  return {
    api: endpoint ? new URL(endpoint.origin) : new URL('https://photoslibrary.googleapis.com'),
    token: endpoint ? new URL('/token', endpoint.origin) : new URL('https://oauth2.googleapis.com/token'),
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
