import { z } from 'zod';
import { AppError } from '../errors.js';
import { AnswerError } from './answer.js';
import type { GooglePage, PageOptions } from './library-api.js';
import type { RestClient } from './rest.js';

const ITEMS_PER_PAGE = 100;
/** Ten times what a session can hold; a listing without an end would spend the quota of the day. */
const MAX_PAGES = 200;
const POLL_MS = 5_000;
/** Whatever Google says: asking without a pause spends the day's quota, and a timer that is set for weeks rings at once. */
const SHORTEST_POLL_MS = 1_000;
const LONGEST_POLL_MS = 60_000;
const LONGEST_PICKING_MS = 86_400_000;
const SESSION = 'the picking session';

const duration = z
  .string()
  .regex(/^\d+(\.\d+)?s$/)
  .transform((text) => Number(text.slice(0, -1)) * 1000);

/** What a terminal shows must not steer it. */
const PRINTABLE = /^[!-~]+$/;

const sessionSchema = z.object({
  id: z.string().regex(PRINTABLE),
  pickerUri: z.url({ protocol: /^https?$/ }).regex(PRINTABLE),
  expireTime: z.iso.datetime({ offset: true }),
  pollingConfig: z
    .object({ pollInterval: duration.catch(POLL_MS), timeoutIn: duration.optional().catch(undefined) })
    .optional()
    .catch(undefined),
  mediaItemsSet: z.boolean().catch(false),
});

// A field that cannot be read is as good as absent; what has no id is no item.
const itemSchema = z.object({
  id: z.string().min(1),
  createTime: z.iso.datetime({ offset: true }).optional().catch(undefined),
  mediaFile: z
    .object({
      baseUrl: z.string().min(1).optional().catch(undefined),
      mimeType: z.string().min(1).catch('application/octet-stream'),
      filename: z.string().catch(''),
      mediaFileMetadata: z
        .object({
          videoMetadata: z
            .object({ processingStatus: z.string().optional().catch(undefined) })
            .optional()
            .catch(undefined),
        })
        .optional()
        .catch(undefined),
    })
    .catch({ mimeType: 'application/octet-stream', filename: '' }),
});

const itemPageSchema = z.object({
  mediaItems: z.array(itemSchema.nullable().catch(null)).default([]),
  nextPageToken: z.string().min(1).optional(),
});

/** A PickingSession. */
export interface GooglePickingSession {
  readonly id: string;
  /** Whoever is signed in to the account can pick there, once; `/autoclose` after it closes the window in the end. */
  readonly pickerUri: string;
  /** When its base URLs end, in milliseconds since 1970. */
  readonly endsAtMs: number;
  /** How often and how long to ask again; absent once the person is done. */
  readonly polling?: { readonly intervalMs: number; readonly forMs?: number };
  /** True once the person is done: the items can be listed, and do not change any more. */
  readonly isDone: boolean;
}

/** A PickedMediaItem. */
export type GooglePickedItem = z.infer<typeof itemSchema>;

/** The Picker API (developers.google.com/photos/picker/reference/rest). Throws what `RestClient.call` does. */
export class PickerApi {
  readonly #rest: RestClient;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  /** A new session for at most `maxItemCount` items, or as many as Google allows (2,000). Asked for once only. */
  async createSession({
    maxItemCount,
    signal,
  }: { maxItemCount?: number; signal?: AbortSignal } = {}): Promise<GooglePickingSession> {
    try {
      const session = await this.#rest.call({
        method: 'POST',
        path: '/v1/sessions',
        body: maxItemCount === undefined ? {} : { pickingConfig: { maxItemCount: String(maxItemCount) } },
        schema: sessionSchema,
        attempts: 1,
        ...withSignal(signal),
      });
      return sessionOf(session);
    } catch (error) {
      throw refusedSession(error) ?? error;
    }
  }

  /** NOT_FOUND if it has ended, or was deleted. */
  async session(id: string, signal?: AbortSignal): Promise<GooglePickingSession> {
    const session = await this.#rest.call({
      method: 'GET',
      path: pathOf(id),
      schema: sessionSchema,
      about: SESSION,
      ...withSignal(signal),
    });
    return sessionOf(session);
  }

  /** Ends the session: its items get no base URLs any more. NOT_FOUND if there is none. */
  async deleteSession(id: string, signal?: AbortSignal): Promise<void> {
    await this.#rest.call({
      method: 'DELETE',
      path: pathOf(id),
      schema: z.object({}),
      about: SESSION,
      ...withSignal(signal),
    });
  }

  /**
   * What was picked, with new base URLs each time, up to 200 pages. NOT_FOUND if the session has ended, SOURCE_UNAVAILABLE
   * while the person still picks.
   */
  async *items(
    sessionId: string,
    { signal, cursor, pageSize }: PageOptions = {},
  ): AsyncGenerator<GooglePage<GooglePickedItem>> {
    const size = Math.min(Math.max(pageSize ?? ITEMS_PER_PAGE, 1), ITEMS_PER_PAGE);
    const pages = this.#rest.pages<z.infer<typeof itemPageSchema>>(
      (pageToken) => ({
        method: 'GET',
        path: '/v1/mediaItems',
        query: { sessionId, pageSize: size, pageToken },
        schema: itemPageSchema,
        about: pageToken === undefined ? SESSION : 'the place in the listing',
        ...withSignal(signal),
      }),
      cursor,
    );
    let count = 0;
    for await (const { mediaItems, nextPageToken } of pages) {
      count += 1;
      yield { members: mediaItems.filter((item) => item !== null), nextPageToken };
      if (count === MAX_PAGES) return;
    }
  }
}

function sessionOf(session: z.infer<typeof sessionSchema>): GooglePickingSession {
  const { id, pickerUri, expireTime, pollingConfig, mediaItemsSet } = session;
  return {
    ...{ id, pickerUri, endsAtMs: Date.parse(expireTime), isDone: mediaItemsSet },
    ...(pollingConfig ? { polling: pollingOf(pollingConfig) } : {}),
  };
}

function pollingOf({ pollInterval, timeoutIn }: { pollInterval: number; timeoutIn?: number | undefined }) {
  const intervalMs = Math.min(Math.max(pollInterval, SHORTEST_POLL_MS), LONGEST_POLL_MS);
  return { intervalMs, ...(timeoutIn === undefined ? {} : { forMs: Math.min(timeoutIn, LONGEST_PICKING_MS) }) };
}

/** What only the making of a session is refused for. */
function refusedSession(error: unknown): AppError | undefined {
  if (!(error instanceof AppError) || !(error.cause instanceof AnswerError)) return undefined;
  const { cause } = error;
  if (cause.status === 400) {
    return new AppError('SOURCE_UNAVAILABLE', 'google photos: this account cannot pick', {
      cause,
      advice: 'open photos.google.com once with the account that signed in: it has no Google Photos yet',
    });
  }
  if (cause.status !== 429 || cause.reasons.length > 0) return undefined;
  return new AppError('QUOTA_EXCEEDED', 'google photos: too many picking sessions are open', {
    cause,
    advice: 'finish one, or remove picks that you no longer need: `photodav picks list`, `photodav picks remove`',
  });
}

function pathOf(id: string): string {
  return `/v1/sessions/${encodeURIComponent(id)}`;
}

function withSignal(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}
