import type { Logger } from './logger.ts';
import type { SweeperMetrics } from './metrics.ts';
import { messageOf } from './start-error.ts';

const intervalMs = 500;

/** After an outage, expiries are announced this much later at most, in milliseconds. */
const longestBackoffMs = 2_000;

export interface SweeperOptions {
  /** Sweeps once; resolves to whether there may be more to do at once. */
  readonly sweep: () => Promise<boolean>;
  readonly logger: Logger;
  readonly metrics: SweeperMetrics;
  readonly random: () => number;
}

/** Turns expiries into events soon after they are due. It only tidies: what has expired is free without it. */
export class Sweeper {
  readonly #options: SweeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isStopped = false;
  #failures = 0;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#waitForNext();
  }

  /** Sweeps until nothing is due; after the sweep that is under way, if there is one. */
  sweep(): Promise<void> {
    const next = this.#underWay.then(() => this.#sweepAll());
    this.#underWay = next.catch(() => undefined);
    return next;
  }

  /** Resolves when the sweep that is under way has come to an end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }

  async #sweepAll(): Promise<void> {
    let isMoreDue = true;
    while (isMoreDue && !this.#isStopped) isMoreDue = await this.#options.sweep();
  }

  /** With jitter, so that several processes on one store don't all sweep at the same moment. */
  #waitForNext(): void {
    if (this.#isStopped) return;
    const waitMs = Math.min(intervalMs * 2 ** this.#failures, longestBackoffMs) * (0.8 + 0.4 * this.#options.random());
    this.#timer = setTimeout(() => void this.#sweepInBackground().then(() => this.#waitForNext()), waitMs);
  }

  async #sweepInBackground(): Promise<void> {
    const { logger, metrics } = this.#options;
    try {
      await this.sweep();
      metrics.succeeded();
      if (this.#failures > 0) logger.info({ failures: this.#failures }, 'the sweeper works again');
      this.#failures = 0;
    } catch (error) {
      metrics.failed();
      this.#failures += 1;
      if (this.#failures === 1)
        logger.warn({ err: error }, `the sweeper failed and goes on trying: ${messageOf(error)}`);
    }
  }
}
