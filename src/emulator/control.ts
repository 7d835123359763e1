import { z } from 'zod';
import { editSchema } from './edits.js';
import type { Emulator } from './emulator.js';
import type { Exchange } from './exchange.js';
import { faultSchema } from './faults.js';
import type { Route } from './host.js';
import { leversSchema } from './levers.js';
import { choiceSchema } from './picks.js';

const PREFIX = '/_emulator/';
const pickSchema = z.object({ sessionId: z.string().min(1) }).loose();
const clockSchema = z.strictObject({ advanceMs: z.number().int() });

/** What it gives is the answer; nothing is `{}`. */
type Action = (emulator: Emulator, exchange: Exchange) => object | undefined | Promise<object | undefined>;

/** The hand on the emulator, over HTTP; each row is also a method or a property of `Emulator`. */
const ACTIONS: Readonly<Record<string, Action>> = {
  'GET levers': ({ levers }) => levers,
  'PATCH levers': async ({ levers }, exchange) => {
    return Object.assign(levers, await parseBody(exchange, leversSchema.partial()));
  },
  'POST faults': async (emulator, exchange) => {
    emulator.fail(await parseBody(exchange, faultSchema));
    return undefined;
  },
  'DELETE faults': (emulator) => done(() => emulator.clearFaults()),
  'POST expire-base-urls': (emulator) => done(() => emulator.expireBaseUrls()),
  'POST expire-tokens': (emulator) => done(() => emulator.expireTokens()),
  'POST revoke-tokens': (emulator) => done(() => emulator.revokeTokens()),
  'POST clock': async (emulator, exchange) => {
    emulator.advanceClock((await parseBody(exchange, clockSchema)).advanceMs);
    return undefined;
  },
  'POST rescan': async (emulator) => {
    await emulator.rescan();
    return undefined;
  },
  'POST change': async (emulator, exchange) => emulator.change(await parseBody(exchange, editSchema)),
  'GET listed': (emulator) => ({ mediaItems: emulator.listed() }),
  'POST pick': async (emulator, exchange) => {
    const { sessionId, ...choice } = await parseBody(exchange, pickSchema);
    emulator.pick(sessionId, checked(choice, choiceSchema));
    return undefined;
  },
  'GET picking-sessions': (emulator) => ({ sessions: emulator.pickingSessions() }),
  'GET counters': (emulator) => emulator.counters(),
  'DELETE counters': (emulator) => done(() => emulator.resetCounters()),
};

/** The route of `/_emulator/…`, or undefined if the path is not one. */
export function controlRoute(emulator: Emulator, method: string, path: string): Route | undefined {
  if (!path.startsWith(PREFIX)) return undefined;
  const action = ACTIONS[`${method} ${path.slice(PREFIX.length)}`];
  return {
    key: 'control',
    isCounted: false,
    async handle(exchange) {
      try {
        if (action) exchange.json(200, (await action(emulator, exchange)) ?? {});
        else exchange.json(404, { error: `no such lever: ${method} ${path}` });
      } catch (error) {
        exchange.json(400, { error: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}

async function parseBody<T>(exchange: Exchange, schema: z.ZodType<T>): Promise<T> {
  return checked(JSON.parse(await exchange.body()), schema);
}

function checked<T>(value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new TypeError(z.prettifyError(parsed.error));
  return parsed.data;
}

function done(act: () => void): undefined {
  act();
  return undefined;
}
