import { randomBytes, randomInt, randomUUID } from 'node:crypto';

/** As many items as a pick may have, whatever a session asks for ("Create and manage sessions" of the Picker guide). */
export const MAX_PICKED = 2000;

const LIFETIME_MS = 7 * 86_400_000;
/** It goes into 32 bits of a base URL; at random, so that those of another run stand for no session of this one. */
const MAX_SERIAL = 2 ** 32;
const MAX_KEPT = 1000;

/** `open` until the user presses Done, then `picked`; `deleted` by the app, or `expired` after seven days. */
export type SessionState = 'open' | 'picked' | 'deleted' | 'expired';

export interface PickingSession {
  readonly id: string;
  /** The app's that made it. */
  readonly clientId: string;
  /** Stands for the session in base URLs. */
  readonly serial: number;
  /** The last segment of the pickerUri. */
  readonly opaque: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** From 1 to 2000; undefined if the app did not say. */
  readonly maxItemCount: number | undefined;
  readonly state: SessionState;
  /** Serials of the items, in the order of the page. */
  readonly picked: readonly number[];
}

/** The page where the user picks, at the web application's origin. */
export function pickerUri({ opaque }: Pick<PickingSession, 'opaque'>, photos: string): string {
  return `${photos}/integration/picker/auth/${opaque}`;
}

interface Entry extends Omit<PickingSession, 'state'> {
  picked: readonly number[];
  isDone: boolean;
  isDeleted: boolean;
}

/** The picking sessions of all apps, the last 1000. */
export class PickingSessions {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly now: () => number) {}

  create(clientId: string, maxItemCount: number | undefined): PickingSession {
    const id = randomUUID();
    const createdAtMs = this.now();
    this.#entries.set(id, {
      id,
      clientId,
      serial: randomInt(1, MAX_SERIAL),
      opaque: randomBytes(24).toString('base64url'),
      createdAtMs,
      expiresAtMs: createdAtMs + LIFETIME_MS,
      maxItemCount,
      picked: [],
      isDone: false,
      isDeleted: false,
    });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_KEPT && oldest !== undefined) this.#entries.delete(oldest);
    return this.get(id);
  }

  /** Throws RangeError for an id that is none. */
  get(id: string): PickingSession {
    return this.#snapshot(this.#entry(id));
  }

  /** The first one that fits. */
  find(fits: (session: Pick<PickingSession, 'id' | 'serial' | 'opaque'>) => boolean): PickingSession | undefined {
    for (const entry of this.#entries.values()) if (fits(entry)) return this.#snapshot(entry);
    return undefined;
  }

  /** Oldest first. */
  all(): PickingSession[] {
    return [...this.#entries.values()].map((entry) => this.#snapshot(entry));
  }

  /** The user presses Done. Throws RangeError for a session that is not open, and for too many items. */
  finish(id: string, serials: readonly number[]): void {
    const { state, maxItemCount } = this.get(id);
    if (state !== 'open') throw new RangeError(`the picking session is ${state}, not open`);
    if (serials.length > (maxItemCount ?? MAX_PICKED)) throw new RangeError('more items than the session may have');
    Object.assign(this.#entry(id), { picked: serials, isDone: true });
  }

  delete(id: string): void {
    this.#entry(id).isDeleted = true;
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new RangeError('no such picking session');
    return entry;
  }

  #snapshot({ isDone, isDeleted, ...session }: Entry): PickingSession {
    return { ...session, state: this.#stateOf(session.expiresAtMs, isDone, isDeleted) };
  }

  #stateOf(expiresAtMs: number, isDone: boolean, isDeleted: boolean): SessionState {
    if (isDeleted) return 'deleted';
    if (expiresAtMs <= this.now()) return 'expired';
    return isDone ? 'picked' : 'open';
  }
}
