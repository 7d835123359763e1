/** A client that was seen to follow a redirect of GET, with the right bytes and without taking our password along. */
export interface RedirectClient {
  /** The beginning of a product in its User-Agent (RFC 9110 §10.1.5), in the case it is sent in. */
  readonly product: string;
  /** Who was tried, in which version. */
  readonly measured: string;
  /** It asks the first target for a whole film, and us never again: not for targets that expire within one. */
  readonly keepsTarget?: true;
}

/**
 * Who is redirected unless the configuration says otherwise. Nobody stands here who was not tried: many clients follow no
 * redirect, and some follow it with our password.
 */
export const REDIRECT_CLIENTS: readonly RedirectClient[] = [
  { product: 'rclone/', measured: 'rclone 1.60.1' },
  { product: 'Lavf/', measured: 'FFmpeg 5.1.9' },
  { product: 'libmpv', measured: 'mpv 0.35.1' },
  { product: 'mpv', measured: 'mpv 0.35.1' },
  { product: 'gvfs/', measured: 'gvfs 1.50.3' },
  { product: 'KIO/', measured: 'KIO 5.103' },
  { product: 'Kodi', measured: 'Kodi 20.1', keepsTarget: true },
  { product: 'VLC/', measured: 'VLC 3.0.24', keepsTarget: true },
  { product: 'LibVLC', measured: 'VLC 3.0.24', keepsTarget: true },
];

/** Whether a client may be redirected, and what says so: a product, `all`, or why not. */
export interface Permission {
  readonly isAllowed: boolean;
  readonly rule: string;
}

/** `list` as `delivery.redirectClients` has it: products, `default` for the clients above, `all` for everybody. */
export function mayRedirect(userAgent: string, list: readonly string[]): Permission {
  const products = list
    .filter((word) => word !== 'all')
    .flatMap((word) => (word === 'default' ? REDIRECT_CLIENTS.map(({ product }) => product) : [word]));
  const rule = products.find((product) => names(userAgent, product)) ?? (list.includes('all') ? 'all' : undefined);
  if (rule !== undefined) return { isAllowed: true, rule };
  return { isAllowed: false, rule: userAgent.trim() === '' ? 'no user agent' : 'not listed' };
}

/** Whether the client is known to stay with the first target of a redirect. */
export function keepsTarget(userAgent: string): boolean {
  return REDIRECT_CLIENTS.some((client) => client.keepsTarget === true && names(userAgent, client.product));
}

/** Whether a product of this User-Agent, in a comment or not, begins so. */
function names(userAgent: string, product: string): boolean {
  return userAgent.split(/[\s(]/).some((word) => word.startsWith(product));
}
