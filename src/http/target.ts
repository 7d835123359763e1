/** A request target (RFC 9112 §3.2), in its parts. */
export interface Target {
  /** Lower case; of absolute-form only, and so is the authority. */
  readonly scheme?: string;
  /** Host and port, without user information. */
  readonly authority?: string;
  /** With the query. */
  readonly path: string;
}

const ABSOLUTE_FORM = /^([a-z][a-z\d+.-]*):\/\/(?:[^/?#]*@)?([^/?#@]*)/i;

/** Origin-form and absolute-form told apart; anything else is a path that does not begin with a slash. */
export function splitTarget(target: string): Target {
  const [whole, scheme, authority] = ABSOLUTE_FORM.exec(target) ?? [];
  if (whole === undefined || scheme === undefined || authority === undefined) return { path: target };
  return { scheme: scheme.toLowerCase(), authority, path: target.slice(whole.length) };
}
