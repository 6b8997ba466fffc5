import type { Store } from '@holdfast/engine';

import type { Logger } from './logger.ts';
import { messageOf } from './start-error.ts';

/** How long an answer of the store counts, so that probes can't load it, in milliseconds. */
const maxAgeMs = 1_000;

/** A store that says nothing for that long isn't ready. */
const timeoutMs = 2_000;

export interface ReadinessOptions {
  readonly store: Pick<Store, 'checkWritable'>;
  readonly logger: Logger;
  elapsedMs(): number;
  isRunning(): boolean;
}

/** Whether requests would be answered now: the store can be written, and the server is neither starting nor stopping. */
export class Readiness {
  readonly #options: ReadinessOptions;
  #lastCheck: Promise<boolean> | undefined;
  #checkedAtMs = 0;
  #wasReady = true;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  async isReady(): Promise<boolean> {
    const { elapsedMs, isRunning } = this.#options;
    if (!isRunning()) return false;
    if (this.#lastCheck === undefined || elapsedMs() - this.#checkedAtMs >= maxAgeMs) {
      this.#checkedAtMs = elapsedMs();
      this.#lastCheck = this.#check();
    }
    return this.#lastCheck;
  }

  async #check(): Promise<boolean> {
    const { store, logger } = this.#options;
    try {
      await withinTimeout(store.checkWritable());
      if (!this.#wasReady) logger.info('the store can be written again');
      this.#wasReady = true;
    } catch (error) {
      if (this.#wasReady) logger.warn({ err: error }, `not ready: ${messageOf(error)}`);
      this.#wasReady = false;
    }
    return this.#wasReady;
  }
}

async function withinTimeout(check: Promise<void>): Promise<void> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`the store didn't answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    await Promise.race([check, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
