import type { Access } from '@holdfast/engine';

import type { Logger } from './log/logger.ts';
import { messageOf } from './start-error.ts';

const intervalMs = 250;

export interface AccessUpkeepOptions {
  readonly access: Pick<Access, 'tend' | 'end'>;
  readonly logger: Logger;
}

/**
 * Has a process hear of revoked keys, give back what it has leased of limits and doesn't use, and write down which keys
 * were used.
 */
export class AccessUpkeep {
  readonly #options: AccessUpkeepOptions;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isStopped = false;
  #hasFailed = false;

  constructor(options: AccessUpkeepOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#underWay = this.#tend().then(() => this.start());
    }, intervalMs);
  }

  /** Resolves when all is given back, or can't be. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
    await this.#attempt(() => this.#options.access.end());
  }

  #tend(): Promise<void> {
    return this.#attempt(() => this.#options.access.tend());
  }

  /** A failure of the store is logged when it begins and when it is over. */
  async #attempt(task: () => Promise<void>): Promise<void> {
    const { logger } = this.#options;
    try {
      await task();
      if (this.#hasFailed) logger.info('keys and limits are looked after again');
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) {
        logger.warn({ err: error }, `keys and limits can't be looked after, and are tried again: ${messageOf(error)}`);
      }
      this.#hasFailed = true;
    }
  }
}
