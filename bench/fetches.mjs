import { Agent, get } from 'node:http';

/** Reads addresses to their ends, so many at a time over as many kept connections; throws at a wrong status or length. */
export async function fetchAll(urls, atOnce, bytes) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const startMs = performance.now();
  let next = 0;
  const work = async () => {
    while (next < urls.length) await fetchOne(urls[next++], { agent }, 200, bytes);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  agent.destroy();
  return performance.now() - startMs;
}

/** Time to the first byte of the body and to its end, in milliseconds. */
export function fetchOne(url, options, status, bytes) {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      if (response.statusCode !== status) reject(new Error(`answered ${response.statusCode} instead of ${status}`));
      let firstMs;
      let read = 0;
      response.on('data', (chunk) => {
        firstMs ??= performance.now() - startMs;
        read += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (read === bytes) resolve({ firstMs, totalMs: performance.now() - startMs });
        else reject(new Error(`${read} bytes came instead of ${bytes}`));
      });
    }).on('error', reject);
  });
}
