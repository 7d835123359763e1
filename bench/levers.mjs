import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;
/** Longer than any pause between two requests of a listing. */
const QUIET_MS = 3_000;

/** The hand on an emulator in another process. */
export class Levers {
  constructor(account) {
    this.base = `${account.api}/_emulator`;
  }

  /** What a listing of the whole library must hold, as `{ id, filename }`. */
  async listed() {
    return (await this.#ask('GET', 'listed')).mediaItems;
  }

  /** The id of the item or album that the edit is about. */
  async change(edit) {
    return (await this.#ask('POST', 'change', edit)).id;
  }

  /** Turns levers, as docs/emulator.md lists them. */
  set(levers) {
    return this.#ask('PATCH', 'levers', levers);
  }

  resetCounters() {
    return this.#ask('DELETE', 'counters');
  }

  /** Requests since the last reset, by kind; sign-ins are not counted. */
  async requests() {
    const counters = await this.#ask('GET', 'counters');
    const sum = (pattern) =>
      Object.entries(counters).reduce((total, [key, count]) => total + (pattern.test(key) ? count : 0), 0);
    return { api: sum(/^(?:albums|mediaItems|sharedAlbums)\./), media: sum(/^media\./) };
  }

  /** Resolves once no request to the API has come for a while, with how many there were. */
  async quiet() {
    let { api } = await this.requests();
    for (let sinceMs = performance.now(); performance.now() - sinceMs < QUIET_MS; await sleep(POLL_MS)) {
      const now = await this.requests();
      if (now.api !== api) sinceMs = performance.now();
      api = now.api;
    }
    return api;
  }

  async #ask(method, path, body) {
    const response = await fetch(`${this.base}/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response.json();
  }
}
