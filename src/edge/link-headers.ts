/** Of a message, its connection or its framing (RFC 9110 §7.6.1), not of the item; and what the worker sets itself. */
const NOT_SENT = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/** A token, and a value without controls (RFC 9110 §5.1, §5.5): anything else could begin another message. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What of a link's headers is sent with it, by name in lower case. */
export function linkHeaders(header: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, string>> {
  const all = Object.entries(header).map(([name, values]) => [name.toLowerCase(), values.join(', ')] as const);
  return Object.fromEntries(all.filter(([name, value]) => !NOT_SENT.has(name) && NAME.test(name) && VALUE.test(value)));
}
