import type { IncomingMessage } from 'node:http';

/** True if a header came more than once; Node takes the first of some, and a proxy before it another. `name` in lower case. */
export function isRepeated({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, name: string): boolean {
  return rawHeaders.filter((each, i) => i % 2 === 0 && each.toLowerCase() === name).length > 1;
}
