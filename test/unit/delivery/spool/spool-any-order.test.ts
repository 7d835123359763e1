import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SharedBytes } from '../../../../src/delivery/shared-bytes.js';
import { Spool } from '../../../../src/delivery/spool.js';
import { spoolKey } from '../../../../src/delivery/spool/spool-key.js';
import { createLog } from '../../../../src/log.js';
import { Faucet } from '../../../support/faucet.js';
import { ManualClock, settle } from '../../../support/manual-clock.js';
import { MemoryFiles } from '../../../support/memory-files.js';
import { photo } from '../../../support/memory-source.js';
import { numbersFrom } from '../../../support/random.js';

const SIZE = 6_000;
const KEYS = ['a', 'b', 'c'].map((id) => spoolKey('test', photo(id)));
const BYTES = KEYS.map((_, n) => Buffer.from(Array.from({ length: SIZE }, (__, i) => (i * (n + 3)) & 0xff)));

const item = fc.nat(KEYS.length - 1);
const event = fc.oneof(
  fc.record({
    kind: fc.constant('open' as const),
    item,
    at: fc.nat(SIZE - 1),
    length: fc.integer({ min: 1, max: SIZE }),
  }),
  fc.record({ kind: fc.constant('send' as const), item, bytes: fc.integer({ min: 1, max: 2_000 }) }),
  fc.record({ kind: fc.constant('leave' as const), reader: fc.nat(10) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 100, 1_000) }),
  fc.record({ kind: fc.constant('disk' as const), room: fc.constantFrom(0, 5_000, Infinity) }),
  fc.record({ kind: fc.constant('read' as const), isBroken: fc.boolean() }),
);

interface Reader {
  readonly isRight: Promise<boolean | 'left'>;
  readonly leaving: AbortController;
}

describe('readers, cuts and faults of the disk in any order', () => {
  it('never give a reader a wrong byte, a short body or no end, and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 40 }),
        fc.boolean(),
        fc.nat(),
        async (events, ignoresRange, seed) => {
          const clock = new ManualClock();
          const files = new MemoryFiles();
          const next = numbersFrom(seed);
          files.pause = async () => {
            for (let turns = Math.floor(next() * 30) - 10; turns > 0; turns--) {
              await new Promise((resolve) => setImmediate(resolve));
            }
          };
          files.now = () => clock.now();
          const log = createLog({ level: 'silent' });
          const options = { maxBytes: 2 * SIZE, keepMs: 1_500, lingerMs: 100, clock, log };
          const shared = new SharedBytes(await Spool.open(files, options), options);
          const faucets = BYTES.map((bytes) => {
            const faucet = new Faucet(bytes);
            return Object.assign(faucet, { ignoresRange, isOpen: false });
          });
          const sendAll = (): void => {
            for (const faucet of faucets) {
              faucet.isOpen = true;
              for (const each of faucet.bodies) if (!each.body.readableEnded) each.send();
            }
          };
          const read = async (
            n: number,
            first: number,
            last: number,
            signal: AbortSignal,
          ): Promise<boolean | 'left'> => {
            try {
              const { body, range } = await shared.open(KEYS[n]!, faucets[n]!.open, { range: { first, last }, signal });
              const chunks: Buffer[] = [];
              for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
              const from = first - (range?.first ?? 0);
              const got = Buffer.concat(chunks).subarray(from, from + last - first + 1);
              return got.equals(BYTES[n]!.subarray(first, last + 1));
            } catch (error) {
              if (signal.aborted) return 'left';
              throw error;
            }
          };

          const readers: Reader[] = [];
          for (const each of events) {
            if (each.kind === 'open') {
              const leaving = new AbortController();
              const last = Math.min(each.at + each.length, SIZE) - 1;
              readers.push({ isRight: read(each.item, each.at, last, leaving.signal), leaving });
            } else if (each.kind === 'send') faucets[each.item]!.bodies.at(-1)?.send(each.bytes);
            else if (each.kind === 'leave') readers[each.reader]?.leaving.abort();
            else if (each.kind === 'wait') await clock.advance(each.ms);
            else if (each.kind === 'disk') files.room = each.room;
            else files.readFailure = each.isBroken ? new Error('EIO') : undefined;
            await settle();
            // A removal takes its time, and what is removed is not what counts.
            if (each.kind === 'wait') await settle();
          }
          sendAll();
          const outcomes = await Promise.all(readers.map(({ isRight }) => isRight));
          expect(outcomes.filter((outcome) => outcome === false)).toEqual([]);
          await shared.close();
          await settle();
          expect(files.openHandles).toBe(0);
          expect(files.names.filter((name) => name.endsWith('.part'))).toEqual([]);
          for (const name of files.names) {
            const n = KEYS.findIndex((key) => name === `${key}-${SIZE}`);
            expect(files.stored.get(name)!.bytes.equals(BYTES[n]!)).toBe(true);
          }
          expect(faucets.map(({ running }) => running)).toEqual([0, 0, 0]);
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});
