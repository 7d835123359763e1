import { addAbortSignal, finished, Readable } from 'node:stream';
import type { Clock } from '../clock.js';
import { AppError, brokeOff, toAppError } from '../errors.js';
import type { Log } from '../log.js';
import type { ByteRange } from '../model.js';
import type { Content, OpenOptions } from '../sources/source.js';
import { Patience } from './patience.js';
import { isOneVersion, versionOf, type Version } from './version.js';

/** Opens bytes, as `MediaSource.open` does for one item. */
export type OpenBytes<C extends Content = Content> = (options: OpenOptions) => Promise<C>;

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  /** As often one body is asked for again at most; as `Patience` has it if absent. */
  readonly maxReopenings?: number | undefined;
}

interface SteadyParts extends Parts {
  /** Asked for the rest. */
  readonly open: OpenBytes;
  readonly signal?: AbortSignal;
}

const HIGH_WATER_BYTES = 64 * 1024;

/**
 * The same bytes, by a body that outlives its upstream: one that breaks or ends early is asked again from the next byte,
 * for as long as `Patience` has it.
 *
 * What the body fails with is an `AppError`: SOURCE_UNAVAILABLE when it cannot be saved or the item has changed meanwhile;
 * at once whatever else `open` throws. It never ends short. Destroying it, or aborting the signal, ends the upstream
 * request and every wait.
 */
export function steady<C extends Content>(open: OpenBytes<C>, parts: Parts): OpenBytes<C> {
  return async (options) => {
    const { signal } = options;
    return steadied(await open(options), { ...parts, open, ...(signal ? { signal } : {}) });
  };
}

/** As `steady`, for a content that is open and of which nothing is read yet: whoever only wants its header needs none. */
export function steadied<C extends Content>(content: C, { open, signal, ...parts }: SteadyParts): C {
  const body = new SteadyBody(content, open, parts);
  return { ...content, body: signal ? addAbortSignal(signal, body) : body };
}

class SteadyBody extends Readable {
  readonly #version: Version;
  readonly #open: OpenBytes;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #leaving = new AbortController();
  /** The last byte that is promised. */
  readonly #last: number;
  /** The next byte to hand on. */
  #position: number;
  #upstream: Readable | undefined;
  /** What the upstream broke with while the reader was behind: asked again only once somebody wants bytes. */
  #breakage: AppError | undefined;
  #isWanted = false;

  constructor(content: Content, open: OpenBytes, { clock, log, maxReopenings }: Parts) {
    super({ highWaterMark: HIGH_WATER_BYTES });
    const { first, last } = spanOf(content);
    this.#version = versionOf(content);
    this.#open = open;
    this.#log = log;
    this.#clock = clock;
    this.#patience = new Patience(clock, maxReopenings);
    this.#position = first;
    this.#last = last;
    // The client may leave before anybody reads.
    this.on('error', () => undefined);
    this.#follow(content);
  }

  override _read(): void {
    this.#isWanted = true;
    this.#upstream?.resume();
    this.#recover();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#upstream?.destroy();
    this.#leaving.abort();
    done(error);
  }

  /** Hands on what the content brings from the position on. */
  #follow(content: Content): void {
    const { body } = content;
    if (this.destroyed) {
      body.destroy();
      return;
    }
    const { first, last } = spanOf(content);
    let toSkip = this.#position - first;
    this.#upstream = body;
    // Flows only when it is asked to.
    body.pause();
    body.on('data', (chunk: Buffer) => {
      const skipped = Math.min(toSkip, chunk.length);
      toSkip -= skipped;
      this.#take(chunk.subarray(skipped), last);
    });
    finished(body, { writable: false }, (error) => this.#ended(body, error));
    if (this.#isWanted) body.resume();
  }

  /** `upstreamLast` is the last byte that the upstream has promised. */
  #take(chunk: Buffer, upstreamLast: number): void {
    if (this.destroyed) return;
    const left = this.#last - this.#position + 1;
    if (chunk.length > left && upstreamLast === this.#last) {
      this.destroy(new AppError('SOURCE_UNAVAILABLE', 'the upstream sent more than it said'));
      return;
    }
    const part = chunk.subarray(0, left);
    this.#patience.mark(part.length);
    if (part.length === 0) return;
    this.#position += part.length;
    this.#isWanted = this.push(part);
    if (!this.#isWanted) this.#upstream?.pause();
    // What it has beyond is not wanted.
    if (this.#position > this.#last && upstreamLast > this.#last) this.#upstream?.destroy();
  }

  #ended(body: Readable, error: unknown): void {
    if (this.destroyed || body !== this.#upstream) return;
    this.#upstream = undefined;
    if (this.#position > this.#last) {
      this.push(null);
      return;
    }
    this.#breakage = error ? brokeOff(error) : new AppError('SOURCE_UNAVAILABLE', 'the upstream ended early');
    this.#recover();
  }

  #recover(): void {
    const breakage = this.#breakage;
    if (!breakage || !this.#isWanted) return;
    this.#breakage = undefined;
    this.#reopen(breakage).then(
      (content) => this.#follow(content),
      (error: unknown) => this.#giveUp(error),
    );
  }

  /** The rest, from the position on. */
  async #reopen(breakage: AppError): Promise<Content> {
    const { signal } = this.#leaving;
    for (let failure = breakage; ;) {
      const waitMs = failure.code === 'SOURCE_UNAVAILABLE' ? this.#patience.next() : undefined;
      if (waitMs === undefined) throw failure;
      this.#log.debug({ position: this.#position, reason: failure.message, waitMs }, 'a body is asked for again');
      await this.#clock.sleep(waitMs, signal);
      const opened = await this.#open({ ...this.#rest(), signal }).catch(toAppError);
      if (!(opened instanceof AppError)) return this.#checked(opened);
      signal.throwIfAborted();
      failure = opened;
    }
  }

  #rest(): { readonly range?: ByteRange } {
    const isAll = this.#position === 0 && this.#last === this.#version.size - 1;
    return isAll ? {} : { range: { first: this.#position, last: this.#last } };
  }

  /** The content if its bytes go on where the others stopped; throws, and ends it, if not. */
  #checked(content: Content): Content {
    const { first, last } = spanOf(content);
    const isSame = isOneVersion(content, this.#version);
    if (isSame && first <= this.#position && last >= this.#last) return content;
    content.body.destroy();
    throw new AppError(
      'SOURCE_UNAVAILABLE',
      isSame ? 'the upstream sent another range than was asked for' : 'the item changed while it was read',
    );
  }

  #giveUp(error: unknown): void {
    if (this.destroyed) return;
    const failure = toAppError(error);
    const facts = { position: this.#position, reopenings: this.#patience.reopenings, code: failure.code };
    this.#log.info({ ...facts, reason: failure.message }, 'a body could not be saved');
    this.destroy(failure);
  }
}

function spanOf({ range, size }: Content): ByteRange {
  return range ?? { first: 0, last: size - 1 };
}
