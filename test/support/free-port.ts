import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** No system gives these to whoever asks for any port: nobody takes one by chance before it is used. */
const FIRST = 20_000;
const END = 32_000;

/** A port of 127.0.0.1 that is free now, for what must be told its own, or another's, before it starts. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
