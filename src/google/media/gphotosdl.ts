import { untilAborted } from '../../abort.js';
import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import { contentOf, type Bytes } from './media-answer.js';
import { MediaFault } from './media-fault.js';
import { drain } from './media-wire.js';
import { wireFault, type Transport } from '../transport.js';

export interface GphotosdlOptions {
  /** Where it is; `/id/…` is added. */
  readonly address: URL;
  /** Its own, to be closed with it. The timeouts tell how long a download may take: nothing comes before it is done. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
}

/** So long the same trouble is not told again, and one that does not answer is not asked. */
const PAUSE_MS = 60_000;
/**
 * So long one waits for its turn: most clients leave after a minute of silence, and Google's bytes are to come before that.
 * Whoever leaves a download after as long has waited in vain; most downloads take a few seconds.
 */
const MAX_SILENCE_MS = 30_000;
/** It tells none of its own. Those of Google's hosts are ETags, which are quoted. */
const VALIDATOR = 'gphotosdl';

/** An answer that is not the file. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

/**
 * Originals, as gphotosdl has a browser download them that is signed in to Google Photos (rclone/gphotosdl):
 * `GET /id/{mediaItemId}`.
 *
 * It downloads anew for every request, one at a time and without an end: so ranges are never asked for, a request waits
 * until the one before has its header or the wait is too long, and a stuck one is given up.
 */
export class Gphotosdl {
  readonly #options: GphotosdlOptions;
  readonly #prefix: string;
  /** By reason, of which there are a few hundred at most. */
  readonly #toldMs = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();
  #pausedUntilMs = 0;

  constructor(options: GphotosdlOptions) {
    this.#options = options;
    this.#prefix = options.address.href.replace(/\/$/, '');
  }

  /** The whole original; undefined if it cannot be had now, and the log says why. Rejects with the signal's reason. */
  async open(id: string, signal?: AbortSignal): Promise<Bytes | undefined> {
    const before = this.#last;
    const turn = this.#inTurn(before, id, signal);
    // Whoever gives up its turn does not end the download that it has waited for. What came of them is not held.
    this.#last = Promise.allSettled([before, turn]).then(() => undefined);
    return untilAborted(turn, signal);
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await this.#options.transport.close();
  }

  async #inTurn(before: Promise<unknown>, id: string, signal: AbortSignal | undefined): Promise<Bytes | undefined> {
    if (await this.#isOverInTime(before)) return this.#download(id, signal);
    if (signal?.aborted !== true) this.#tell('it was busy with others');
    return undefined;
  }

  async #isOverInTime(before: Promise<unknown>): Promise<boolean> {
    const waiting = new AbortController();
    const tooLong = this.#options.clock.sleep(MAX_SILENCE_MS, waiting.signal).then(
      () => false,
      () => true,
    );
    const isOver = await Promise.race([before.then(() => true), tooLong]);
    waiting.abort();
    return isOver;
  }

  async #download(id: string, signal: AbortSignal | undefined): Promise<Bytes | undefined> {
    signal?.throwIfAborted();
    const { clock } = this.#options;
    const beganMs = clock.now();
    if (beganMs < this.#pausedUntilMs) return undefined;
    try {
      return await this.#ask(id, signal);
    } catch (error) {
      if (signal?.aborted === true) {
        if (clock.now() - beganMs >= MAX_SILENCE_MS) this.#pause('no answer before all who waited had left');
        throw error;
      }
      const isAnswer = error instanceof Refusal || error instanceof MediaFault;
      if (isAnswer) this.#tell(reasonOf(error));
      else this.#pause(reasonOf(error));
      return undefined;
    }
  }

  /** Everybody who waits would wait as long. */
  #pause(reason: string): void {
    this.#pausedUntilMs = this.#options.clock.now() + PAUSE_MS;
    this.#tell(reason);
  }

  async #ask(id: string, signal: AbortSignal | undefined): Promise<Bytes> {
    const url = new URL(`${this.#prefix}/id/${encodeURIComponent(id)}`);
    const response = await this.#options.transport.request(url, {
      method: 'GET',
      headers: { 'accept-encoding': 'identity' },
      ...(signal ? { signal } : {}),
    });
    // A body nobody reads any more may still fail.
    response.body.on('error', () => undefined);
    try {
      if (response.statusCode !== 200) throw new Refusal(`it answered ${response.statusCode}`);
      return { ...contentOf(response, undefined), validator: VALIDATOR };
    } catch (error) {
      drain(response);
      throw error;
    }
  }

  #tell(reason: string): void {
    const { clock, log, address } = this.#options;
    const now = clock.now();
    if (now < (this.#toldMs.get(reason) ?? -Infinity) + PAUSE_MS) return;
    this.#toldMs.set(reason, now);
    log.warn({ host: address.host, reason }, "gphotosdl gave no original; Google's bytes are served instead");
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof MediaFault) return 'it answered with something else than a file';
  const fault = wireFault(error);
  return 'code' in fault && typeof fault.code === 'string' ? `no answer (${fault.code})` : 'no answer';
}
