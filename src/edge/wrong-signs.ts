import type { Clock } from '../clock.js';
import { Tally } from '../http/tally.js';
import type { Log } from '../log.js';

/** Tells the log that signs are wrong: once a minute, for anybody can send them. */
export class WrongSigns {
  readonly #tally: Tally;
  readonly #log: Pick<Log, 'warn'>;

  constructor(clock: Pick<Clock, 'now'>, log: Pick<Log, 'warn'>) {
    this.#tally = new Tally(clock);
    this.#log = log;
  }

  add(): void {
    const links = this.#tally.add();
    if (links === undefined) return;
    this.#log.warn(
      {
        links,
        advice:
          "compare the link token with the gateway's; where delivery.proxyUrl has a path, the reverse proxy in front " +
          'must take that away, and nothing else',
      },
      'links with wrong signs are followed: are they signed with another token, or is their path changed on the way?',
    );
  }
}
