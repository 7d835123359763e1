import type { Exchange } from './exchange.js';
import type { Route } from './host.js';

/** What tells a call of an API from the others. */
interface Callable {
  readonly key: string;
  readonly method: string;
  /** Its first group is the id in the path, where there is one. */
  readonly path: RegExp;
}

/**
 * The route of the call that a request is for, answered in JSON with what `answer` makes of it and of the id in its path;
 * undefined if there is no such call.
 */
export function callRoute<C extends Callable>(
  calls: readonly C[],
  method: string,
  path: string,
  answer: (call: C, exchange: Exchange, id: string) => object | Promise<object>,
): Route | undefined {
  for (const call of calls) {
    const match = call.method === method ? call.path.exec(path) : undefined;
    if (!match) continue;
    const id = match[1] ?? '';
    return {
      key: call.key,
      async handle(exchange) {
        exchange.json(200, await answer(call, exchange, id));
      },
    };
  }
  return undefined;
}
