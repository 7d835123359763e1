import { once } from 'node:events';
import { request } from 'node:http';

const SIX_PROPERTIES = [
  'resourcetype',
  'getcontentlength',
  'getlastmodified',
  'creationdate',
  'getetag',
  'getcontenttype',
];

const BODY = Buffer.from(
  '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop>' +
    SIX_PROPERTIES.map((name) => `<D:${name}/>`).join('') +
    '</D:prop></D:propfind>',
);

/**
 * One PROPFIND of Depth 1 for the six properties that file managers ask for, on a connection of its own.
 *
 * The body is read to its end: as chunks, so that the client adds little to what is measured. Times are milliseconds
 * from before the connection is made; `firstByteMs` is that of the body. Throws an error with the `status` if the answer is not a 207.
 */
export async function propfind(url) {
  const startMs = performance.now();
  const asking = request(url, {
    method: 'PROPFIND',
    agent: false,
    headers: { Depth: '1', 'Content-Type': 'application/xml; charset=utf-8', 'Content-Length': BODY.length },
  });
  asking.end(BODY);
  const [response] = await once(asking, 'response');
  const chunks = [];
  let firstByteMs;
  for await (const chunk of response) {
    firstByteMs ??= performance.now() - startMs;
    chunks.push(chunk);
  }
  const totalMs = performance.now() - startMs;
  const status = response.statusCode;
  if (status !== 207) throw Object.assign(new Error(`PROPFIND ${url} was answered ${status}`), { status });
  return { totalMs, firstByteMs, chunks, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0) };
}

/** How many responses a multistatus holds, and how many of them tell a size. */
export function countMembers({ chunks }) {
  const text = Buffer.concat(chunks).toString('utf8');
  const count = (pattern) => text.match(pattern)?.length ?? 0;
  return { responses: count(/<\/(?:\w+:)?response>/g), sizes: count(/<(?:\w+:)?getcontentlength[^>]*>\d+</g) };
}

/** How many responses a multistatus holds, and the paths of those that are collections. */
export function listMembers({ chunks }) {
  const responses = Buffer.concat(chunks).toString('utf8').split('</D:response>').slice(0, -1);
  const collections = responses.filter((response) => response.includes('<D:collection/>'));
  return {
    responses: responses.length,
    collections: collections.map((response) => /<D:href>([^<]*)</.exec(response)[1]),
  };
}
