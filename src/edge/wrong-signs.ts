import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

const PAUSE_MS = 60_000;

/** Tells the log that signs are wrong: once a minute, for anybody can send them. */
export class WrongSigns {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #log: Pick<Log, 'warn'>;
  /** Since it was told. */
  #count = 0;
  #toldAtMs = -Infinity;

  constructor(clock: Pick<Clock, 'now'>, log: Pick<Log, 'warn'>) {
    this.#clock = clock;
    this.#log = log;
  }

  add(): void {
    this.#count++;
    const now = this.#clock.now();
    // A clock that is set back must not end the telling.
    if (Math.abs(now - this.#toldAtMs) < PAUSE_MS) return;
    this.#log.warn(
      {
        links: this.#count,
        advice:
          "compare the link token with the gateway's; where delivery.proxyUrl has a path, the reverse proxy in front " +
          'must take that away, and nothing else',
      },
      'links with wrong signs are followed: are they signed with another token, or is their path changed on the way?',
    );
    this.#toldAtMs = now;
    this.#count = 0;
  }
}
