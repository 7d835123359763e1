import { addAbortSignal, type Readable } from 'node:stream';
import { untilAborted } from '../abort.js';
import type { Clock } from '../clock.js';
import type { ByteRange } from '../model.js';
import type { Content, OpenOptions } from '../sources/source.js';
import { Audience } from './audience.js';
import type { Spool } from './spool.js';
import type { SpoolEntry } from './spool/spool-entry.js';
import { readEntry } from './spool/spool-reader.js';
import type { OpenBytes } from './steady.js';

/** What a first request brings to all who wait for it: an entry for everybody, or content for the one who asked. */
type Landing = { readonly entry: SpoolEntry } | { readonly entry?: undefined; readonly content: Content };

interface Flight {
  readonly audience: Audience;
  readonly landing: Promise<Landing>;
  readonly deserting: AbortController;
}

export interface SharedBytesOptions {
  readonly clock: Clock;
  /** How long a first answer is waited for once nobody wants it any more. */
  readonly lingerMs: number;
}

/** Asked for in place of everything: only an answer to a range tells whether ranges are honoured. */
const ALL: ByteRange = { first: 0, last: Infinity };
const MAX_REMEMBERED = 10_000;

/**
 * Opens items so that those whose upstream ignores ranges are fetched once, however many read them and wherever.
 *
 * Nothing is asked to find out which those are: the first answer tells, and who comes meanwhile waits for it.
 */
export class SharedBytes {
  readonly #spool: Spool;
  readonly #options: SharedBytesOptions;
  readonly #flights = new Map<string, Flight>();
  /** Keys of items whose upstream honours ranges. */
  readonly #honouring = new Set<string>();

  constructor(spool: Spool, options: SharedBytesOptions) {
    this.#spool = spool;
    this.#options = options;
  }

  /** Bytes of the item, if they are here or on their way. */
  size(key: string): number | undefined {
    return this.#spool.find(key)?.size;
  }

  /** As the upstream's `open`, by its contract. */
  async open(key: string, upstream: OpenBytes, options: OpenOptions): Promise<Content> {
    options.signal?.throwIfAborted();
    const entry = this.#spool.find(key);
    if (entry) return this.#read(key, entry, upstream, options);
    if (!this.#spool.isOpen) return upstream(options);
    if (this.#honouring.has(key)) return this.#openRanged(key, upstream, options);
    return this.#board(key, upstream, options);
  }

  /** Ends what is under way; what is whole stays on disk. */
  async close(): Promise<void> {
    for (const { deserting } of this.#flights.values()) deserting.abort();
    await this.#spool.close();
  }

  async #openRanged(key: string, upstream: OpenBytes, options: OpenOptions): Promise<Content> {
    const content = await upstream(options);
    if (options.range && !content.range) this.#honouring.delete(key);
    return content;
  }

  async #board(key: string, upstream: OpenBytes, options: OpenOptions): Promise<Content> {
    const { range = ALL, signal } = options;
    const running = this.#flights.get(key);
    const flight = running ?? this.#depart(key, upstream, range);
    flight.audience.enter();
    try {
      const landing = await untilAborted(flight.landing, signal);
      if (landing.entry) return this.#read(key, landing.entry, upstream, options);
      if (running) return await upstream(options);
      return { ...landing.content, body: endingWith(landing.content.body, signal) };
    } catch (error) {
      if (!running) void flight.landing.then(endUnused, () => undefined);
      throw error;
    } finally {
      flight.audience.leave();
    }
  }

  #depart(key: string, upstream: OpenBytes, range: ByteRange): Flight {
    const deserting = new AbortController();
    const audience = new Audience({ ...this.#options, onDeserted: () => deserting.abort() });
    const landing = this.#land(key, upstream({ range, signal: deserting.signal })).finally(() => {
      audience.end();
      this.#flights.delete(key);
    });
    // Perhaps everybody leaves before it fails.
    landing.catch(() => undefined);
    const flight = { audience, landing, deserting };
    this.#flights.set(key, flight);
    return flight;
  }

  async #land(key: string, opening: Promise<Content>): Promise<Landing> {
    const content = await opening;
    // It says nothing about the item's own bytes, and is not to be there once those can be had again.
    if (content.isStandIn) return { content };
    if (content.range) this.#remember(key);
    const entry = content.range ? undefined : this.#spool.hold(key, content);
    return entry ? { entry } : { content };
  }

  #read(key: string, entry: SpoolEntry, upstream: OpenBytes, { range, signal }: OpenOptions): Content {
    const { size, validator } = entry;
    const all = { first: 0, last: size - 1 };
    // Who asks for what is beyond the end has to learn the size first.
    const sent = range && range.first < size ? { first: range.first, last: Math.min(range.last, size - 1) } : all;
    const body = readEntry(entry, {
      range: sent,
      upstream,
      onFault: (fault) => this.#spool.drop(key, entry, fault),
    });
    return {
      body: endingWith(body, signal),
      size,
      range: sent,
      ...(validator === undefined ? {} : { validator }),
    };
  }

  #remember(key: string): void {
    const [oldest] = this.#honouring;
    if (this.#honouring.size >= MAX_REMEMBERED && oldest !== undefined) this.#honouring.delete(oldest);
    this.#honouring.add(key);
  }
}

function endingWith(body: Readable, signal: AbortSignal | undefined): Readable {
  return signal ? addAbortSignal(signal, body) : body;
}

function endUnused(landing: Landing): void {
  if (!landing.entry) landing.content.body.destroy();
}
