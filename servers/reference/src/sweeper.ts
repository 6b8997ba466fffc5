import type { SweepReport } from '@holdfast/engine';

import type { SweeperMetrics } from './health/metrics.ts';
import type { Logger } from './log/logger.ts';
import { messageOf } from './start-error.ts';

const intervalMs = 500;

/** After an outage, expiries are announced this much later at most, in milliseconds. */
const longestBackoffMs = 2_000;

/** From when on it is worth saying that expiries are announced late, in milliseconds; in the log, for each doubling. */
const notableLagMs = 5_000;

export interface SweeperOptions {
  /** Sweeps once. */
  readonly sweep: () => Promise<SweepReport>;
  /** How long ago the oldest thing lapsed that is still to be announced, in milliseconds. */
  readonly lagMs: () => number;
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
  #saidLagMs = 0;

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

  /** For `/readyz`: it answers requests all the same. */
  readonly note = (): string | undefined => {
    const lagMs = this.#options.lagMs();
    if (lagMs < notableLagMs) return undefined;
    return `the sweep is ${Math.floor(lagMs / 1_000)} s behind: what has expired is free, and is announced late`;
  };

  /** Resolves when the sweep that is under way has come to an end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }

  /** Does everything that can be done before it reports the first failure. */
  async #sweepAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let isMore = true; isMore && !this.#isStopped;) {
      const report = await this.#options.sweep();
      failures.push(...report.failures);
      isMore = report.isMore;
    }
    if (failures.length > 0) throw failures[0];
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
    this.#logLag();
  }

  /** Again for each doubling, so that a log of a day has a few of these lines. */
  #logLag(): void {
    const { logger, lagMs } = this.#options;
    const lag = lagMs();
    if (lag >= Math.max(notableLagMs, this.#saidLagMs * 2)) {
      this.#saidLagMs = lag;
      logger.warn({ lagMs: lag }, this.note());
    } else if (lag < notableLagMs && this.#saidLagMs > 0) {
      this.#saidLagMs = 0;
      logger.info('the sweep has caught up');
    }
  }
}
