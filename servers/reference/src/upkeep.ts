import type { Logger } from './log/logger.ts';
import { messageOf } from './start-error.ts';

const intervalMs = 250;

export interface UpkeepOptions {
  /** What a process looks after, in the plural, such as `keys and limits`. */
  readonly of: string;
  readonly tended: Tended;
  readonly logger: Logger;
}

/** What has to be done several times a second, and what at the end. */
interface Tended {
  tend(): Promise<void>;
  end?(): Promise<void>;
}

/**
 * Has a process do what nobody asks it for: hear of revoked keys, give back what it has leased of limits and doesn't
 * use, send webhooks.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isStopped = false;
  #hasFailed = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** For `/readyz`: requests are answered all the same. */
  readonly note = (): string | undefined => {
    return this.#hasFailed ? `${this.#options.of} can't be looked after now; the server's log says why` : undefined;
  };

  start(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#underWay = this.#tend().then(() => this.start());
    }, intervalMs);
  }

  /** Resolves when all has come to its end, or can't. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
    await this.#attempt(async () => this.#options.tended.end?.());
  }

  #tend(): Promise<void> {
    return this.#attempt(() => this.#options.tended.tend());
  }

  /** A failure of the store is logged when it begins and when it is over. */
  async #attempt(task: () => Promise<void>): Promise<void> {
    const { of, logger } = this.#options;
    try {
      await task();
      if (this.#hasFailed) logger.info(`${of} are looked after again`);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) {
        logger.warn({ err: error }, `${of} can't be looked after, and are tried again: ${messageOf(error)}`);
      }
      this.#hasFailed = true;
    }
  }
}
