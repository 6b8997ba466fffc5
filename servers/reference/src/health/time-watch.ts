import type { Logger } from '../log/logger.ts';
import type { ReadinessNote } from './readiness.ts';

/** A smaller offset is normal between clocks, in milliseconds. */
const noteworthyMs = 1_000;

/** An offset that changed by less than this share isn't logged again: the time always slews towards the clock. */
const noteworthyChange = 0.01;

const lookEveryMs = 250;

/** A wall clock, which can be set without moving Holdfast's time. */
export interface WatchedClock {
  /** Whose it is. */
  readonly owner: 'system' | 'database';
  now(): number;
}

export interface TimeWatchOptions {
  /** Holdfast's time. */
  readonly now: () => number;
  readonly clocks: readonly WatchedClock[];
  readonly logger: Logger;
}

/** Reports how far Holdfast's time is from the wall clocks it was taken from. */
export class TimeWatch {
  readonly #options: TimeWatchOptions;
  readonly #told = new Map<WatchedClock, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TimeWatchOptions) {
    this.#options = options;
  }

  get clocks(): readonly WatchedClock[] {
    return this.#options.clocks;
  }

  /** For `/readyz`: a warning for each clock that the time is far from. */
  get notes(): readonly ReadinessNote[] {
    return this.#options.clocks.map((clock) => () => {
      const aheadMs = this.aheadMs(clock);
      return Math.abs(aheadMs) > noteworthyMs ? `time: ${inWords(aheadMs, clock)}` : undefined;
    });
  }

  /** How far Holdfast's time is ahead of a clock; negative if it is behind. */
  aheadMs(clock: WatchedClock): number {
    return this.#options.now() - clock.now();
  }

  /** Begins to write changes to the log. */
  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const clock of this.#options.clocks) this.#tell(clock, this.aheadMs(clock));
  }

  #tell(clock: WatchedClock, aheadMs: number): void {
    const told = this.#told.get(clock) ?? 0;
    if (Math.abs(aheadMs - told) <= Math.max(noteworthyMs, Math.abs(told) * noteworthyChange)) return;
    const isFar = Math.abs(aheadMs) > noteworthyMs;
    this.#told.set(clock, isFar ? aheadMs : 0);
    const message = `the time is ${inWords(aheadMs, clock)}`;
    if (isFar) this.#options.logger.warn({ aheadMs }, `${message}: it goes on at its own pace`);
    else this.#options.logger.info({ aheadMs }, message);
  }
}

/** As in "3600.0 s ahead of the system's clock". */
function inWords(aheadMs: number, { owner }: WatchedClock): string {
  return `${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the ${owner}'s clock`;
}
