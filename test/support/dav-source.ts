import { Readable } from 'node:stream';
import { AppError } from '../../src/errors.js';
import type { Album, ByteRange, MediaItem } from '../../src/model.js';
import type { Content, MediaSource, OpenOptions, Page } from '../../src/sources/source.js';

const CHUNK = 64 * 1024;

/** Bytes by item id, and the faults an upstream can have. */
export class DavSource implements MediaSource {
  readonly name = 'test';
  readonly namespace = 'test';
  readonly emptyReason = 'nothing is here';
  readonly contents = new Map<string, Buffer>();
  /** Ranges asked of `open`, undefined for the whole. */
  readonly opened: (ByteRange | undefined)[] = [];
  measured = 0;
  /** Bodies that are neither at their end nor destroyed. */
  openBodies = 0;
  failure: Error | undefined;
  ignoresRange = false;
  /** Answers with this range whatever was asked. */
  wrongRange: ByteRange | undefined;
  /** Bodies break after so many bytes. */
  breaksAfter = Infinity;
  /** How many bodies break before all are whole again. */
  breaks = Infinity;
  /** What a body breaks with. */
  breakage: Error = new AppError('SOURCE_UNAVAILABLE', 'test: the body broke off');
  /** Bodies end cleanly after so many bytes. */
  endsAfter = Infinity;
  /** Milliseconds before each chunk but the first. */
  chunkDelayMs = 0;

  // eslint-disable-next-line @typescript-eslint/require-await -- listings are the tree's part here
  async *listAlbums(): AsyncIterable<Page<Album>> {
    yield { members: [] };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- listings are the tree's part here
  async *listItems(): AsyncIterable<Page<MediaItem>> {
    yield { members: [] };
  }

  mayLearnSizes(): boolean {
    return true;
  }

  measure(item: MediaItem): Promise<number> {
    this.measured++;
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(this.#bytes(item).length);
  }

  open(item: MediaItem, { range, signal }: OpenOptions = {}): Promise<Content> {
    this.opened.push(range);
    if (this.failure) return Promise.reject(this.failure);
    const all = this.#bytes(item);
    const sent = this.wrongRange ?? (this.ignoresRange ? undefined : range);
    const bytes = sent ? all.subarray(sent.first, sent.last + 1) : all;
    const body = Readable.from(this.#chunks(bytes), { objectMode: false, ...(signal ? { signal } : {}) });
    this.openBodies++;
    body.once('close', () => this.openBodies--);
    return Promise.resolve({ body, size: all.length, ...(sent ? { range: sent } : {}) });
  }

  async *#chunks(bytes: Buffer): AsyncIterable<Buffer> {
    for (let from = 0; from < bytes.length; from += CHUNK) {
      if (from > 0 && this.chunkDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.chunkDelayMs));
      const chunk = bytes.subarray(from, Math.min(from + CHUNK, this.endsAfter, bytes.length));
      if (from >= this.breaksAfter && this.breaks-- > 0) throw this.breakage;
      if (chunk.length === 0 || from >= this.endsAfter) return;
      yield chunk;
    }
  }

  #bytes({ id }: MediaItem): Buffer {
    const bytes = this.contents.get(id);
    if (!bytes) throw new AppError('NOT_FOUND', `test: no item ${id}`);
    return bytes;
  }
}
