import type { Clock } from '../../clock.js';
import type { AppError } from '../../errors.js';
import type { Log } from '../../log.js';
import { msUntilPacificMidnight } from './pacific-day.js';
import type { DayCounts } from './quota-counts.js';
import { SHARES, type Part, type Share, type Work } from './quota-shares.js';
import { NAMES, pausedError, spentError, timeText } from './quota-words.js';

/** A request that is counted and about to be sent. Whoever sends it says what became of it; a failed network says nothing. */
export interface Ask {
  /** True if it is the one request of a while, sent to see whether more are granted again. */
  readonly isProbe: boolean;
  /** Google answered: a quota that was spent has been raised. */
  granted(): void;
  /** The answer tells nothing of the quota: if it was a probe, one more may be sent at once. */
  undecided(): void;
  /** Google said that the day's quota is spent; gives what to throw. */
  spent(cause: Error | undefined): AppError;
  /** Google refused, but not for the day, as far as is known; gives what to throw. */
  refused(cause: Error | undefined, afterMs?: number): AppError;
}

/** Where requests are counted before they are sent. */
export interface Meter {
  /** Throws QUOTA_EXCEEDED where none may be sent. */
  ask(): Ask;
}

export interface QuotaPartOptions {
  /** Requests that Google grants the project per Pacific day. */
  readonly perDay: number;
  /** How often one request is sent all the same once the day is spent, so that a raised quota is noticed. */
  readonly probeIntervalMs: number;
  readonly counts: DayCounts;
  readonly clock: Clock;
  readonly log: Log;
}

/** Nothing is sent but a probe, when its time has come. */
interface Stop {
  /** False if Google did not say for how long. */
  readonly isForDay: boolean;
  readonly waitMs: number;
  nextProbeMs: number;
  probe?: Ask;
}

/** Google's rule is 30 s at least; each refusal of a probe doubles it, up to the interval of probes. */
const PAUSE_MS = 60_000;

/** One part of a project's daily quota: counts, keeps shares back, and stops when nothing is left. */
export class QuotaPart implements Meter {
  readonly part: Part;
  readonly #options: QuotaPartOptions;
  readonly #shares: readonly Share[];
  #day: string;
  #stop: Stop | undefined;
  /** True once Google has answered beyond `perDay`. */
  #isRaised = false;
  #askedAtMs = -Infinity;
  /** When a probe that told nothing was last given another. */
  #repeatedAtMs = -Infinity;
  /** How many of the shares the log has told of. */
  #told = 0;

  constructor(part: Part, options: QuotaPartOptions) {
    this.part = part;
    this.#options = options;
    this.#shares = SHARES.filter((share) => share.part === part);
    this.#day = options.counts.day;
  }

  /** Requests of this Pacific day. */
  get used(): number {
    return this.#options.counts.get(this.part);
  }

  /** Requests that Google grants on it, as far as is known. */
  get perDay(): number {
    return this.#options.perDay;
  }

  get isSpent(): boolean {
    this.#update();
    return this.#stop?.isForDay ?? false;
  }

  /** True if `ask` would grant a request now. */
  mayAsk(): boolean {
    this.#update();
    return this.#stop === undefined || this.#options.clock.now() >= this.#stop.nextProbeMs;
  }

  /** Counts a request. While there is nothing left it grants one probe in an interval, however many ask. */
  ask(): Ask {
    if (!this.mayAsk()) throw this.refusal();
    const { clock, counts } = this.#options;
    this.#askedAtMs = clock.now();
    const ask = this.#newAsk(counts.day);
    const stop = this.#stop;
    if (stop) {
      stop.probe = ask;
      stop.nextProbeMs = this.#askedAtMs + stop.waitMs;
    }
    counts.add(this.part);
    this.#update();
    return ask;
  }

  /** False once the work's share of the day is used. A refresh may be the probe of a day that is spent. */
  allows(work: Work): boolean {
    this.#update();
    const isRefreshing = work === 'refreshing';
    if (this.#stop) return isRefreshing && this.mayAsk();
    // How much was added to a raised quota nobody knows; what is left of it is for people.
    if (this.#isRaised) return isRefreshing;
    const share = this.#shares.find((each) => each.work === work);
    return share === undefined || this.used < share.upTo * this.#options.perDay;
  }

  /** What to say instead of asking Google. */
  refusal(cause?: Error): AppError {
    const { clock, perDay } = this.#options;
    const nowMs = clock.now();
    if (this.#stop?.isForDay === false) return pausedError(this.part, this.#stop.nextProbeMs - nowMs, cause);
    return spentError({ part: this.part, used: this.used, perDay, nowMs }, cause);
  }

  #newAsk(day: string): Ask {
    const ask: Ask = {
      isProbe: this.#stop !== undefined,
      granted: () => this.#lift(ask),
      undecided: () => this.#repeat(ask),
      spent: (cause) => {
        // An answer that crosses midnight tells of yesterday.
        if (day === this.#options.counts.day) this.#spend();
        return this.refusal(cause);
      },
      refused: (cause, afterMs) => {
        if (day === this.#options.counts.day) this.#pause(ask, afterMs);
        return this.refusal(cause);
      },
    };
    return ask;
  }

  /** Turns the day, and stops when all is used. */
  #update(): void {
    const { counts, perDay, probeIntervalMs } = this.#options;
    if (counts.day !== this.#day) {
      this.#day = counts.day;
      if (this.#stop) this.#tellGranted('a new day has begun');
      this.#stop = undefined;
      this.#isRaised = false;
      this.#told = 0;
    }
    this.#tellShares();
    if (this.#stop?.isForDay === true) return;
    const isUsed = !this.#isRaised && this.used >= perDay;
    if (isUsed || counts.get(`${this.part}Spent`) > 0) {
      // After a restart nothing has been asked yet: the first request is the probe.
      this.#stopWith({ isForDay: true, waitMs: probeIntervalMs, nextProbeMs: this.#askedAtMs + probeIntervalMs });
    }
  }

  #spend(): void {
    const { counts } = this.#options;
    if (counts.get(`${this.part}Spent`) === 0) counts.add(`${this.part}Spent`);
    this.#update();
  }

  #pause(ask: Ask, afterMs = PAUSE_MS): void {
    const { clock, probeIntervalMs } = this.#options;
    const stop = this.#stop;
    if (stop && (stop.isForDay || stop.probe !== ask)) return;
    const waitMs = Math.min(stop ? stop.waitMs * 2 : afterMs, probeIntervalMs);
    this.#stopWith({ isForDay: false, waitMs, nextProbeMs: clock.now() + waitMs });
  }

  /** Only the answer to a probe counts: others were sent before the stop. */
  #lift(ask: Ask): void {
    const { counts, perDay } = this.#options;
    if (!this.#stop || this.#stop.probe !== ask) return;
    this.#stop = undefined;
    this.#isRaised = this.used >= perDay;
    counts.add(`${this.part}Spent`, -counts.get(`${this.part}Spent`));
    this.#tellGranted('google has answered');
  }

  /** Once in an interval: what is gone for good answers the same to every probe. */
  #repeat(ask: Ask): void {
    const stop = this.#stop;
    const nowMs = this.#options.clock.now();
    if (stop?.probe !== ask || nowMs - this.#repeatedAtMs < stop.waitMs) return;
    this.#repeatedAtMs = nowMs;
    stop.nextProbeMs = nowMs;
  }

  #stopWith(stop: Stop): void {
    const { clock, log, perDay } = this.#options;
    this.#stop = stop;
    const now = clock.now();
    const probeAt = timeText(Math.max(now, stop.nextProbeMs));
    const until = timeText(now + msUntilPacificMidnight(now));
    if (!stop.isForDay) log.warn({ probeAt }, `google photos: ${NAMES[this.part]} are refused; they pause`);
    else {
      log.warn(
        { used: this.used, perDay, until, probeAt },
        `google photos: the day's quota of ${NAMES[this.part]} is spent; no more are made but a probe now and then`,
      );
    }
  }

  #tellGranted(why: string): void {
    this.#options.log.info(`google photos: ${NAMES[this.part]} are made again, ${why}`);
  }

  #tellShares(): void {
    const { log, perDay } = this.#options;
    const reached = this.#shares.filter(({ upTo }) => this.used >= upTo * perDay).length;
    if (reached <= this.#told) return;
    this.#told = reached;
    const { upTo, tells } = this.#shares[reached - 1] ?? {};
    if (upTo !== undefined && this.used < perDay) {
      log.info(
        { used: this.used, perDay },
        `google photos: ${upTo * 100} % of the day's ${NAMES[this.part]} are made; ${tells}`,
      );
    }
  }
}
