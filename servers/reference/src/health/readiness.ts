import { StoreUnavailable } from '@holdfast/engine';
import type { Store, StoreFault } from '@holdfast/engine';

import type { Logger } from '../log/logger.ts';
import { messageOf } from '../start-error.ts';

/** How long the store's answer is cached, so that probes don't load it, in milliseconds. */
const maxAgeMs = 1_000;

/** A store that doesn't answer within this isn't ready. */
const timeoutMs = 2_000;

/** In our own words: anybody may ask, and an error's message may name hosts or paths. */
const faultsInWords: Readonly<Record<StoreFault, string>> = {
  diskFull: "the store's disk is full: nothing can be written until there is room again",
  readOnly: 'the store is read-only: nothing can be written until that changes',
  damaged: "the store's file is damaged: nothing is read or written until a backup has been restored",
};
const otherFault = "the store can't be written now; the server's log says why";

/** A warning about a server that is ready all the same; undefined if there is none. */
export type ReadinessNote = () => string | undefined;

export interface ReadinessOptions {
  readonly store: Pick<Store, 'checkWritable'>;
  readonly logger: Logger;
  elapsedMs(): number;
  phase(): 'starting' | 'running' | 'stopping';
}

/** Whether the server is ready: the store is writable, and the server neither starting nor stopping. */
export class Readiness {
  readonly #options: ReadinessOptions;
  readonly #notes: ReadinessNote[] = [];
  #lastCheck: Promise<string | undefined> | undefined;
  #checkedAtMs = 0;
  #lastReason: string | undefined;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** Resolves to the reason, in words anybody may read; undefined if the server is ready. */
  async whyNotReady(): Promise<string | undefined> {
    const { elapsedMs, phase } = this.#options;
    if (phase() !== 'running') return `the server is ${phase()}`;
    if (this.#lastCheck === undefined || elapsedMs() - this.#checkedAtMs >= maxAgeMs) {
      this.#checkedAtMs = elapsedMs();
      this.#lastCheck = this.#check();
    }
    return this.#lastCheck;
  }

  /** Drops the cached answer. Call it when a request failed because of the store. */
  askAgain(): void {
    this.#lastCheck = undefined;
  }

  addNote(note: ReadinessNote): void {
    this.#notes.push(note);
  }

  /** Warnings, in words anybody may read: one line each. */
  notes(): readonly string[] {
    return this.#notes.map((note) => note()).filter((line) => line !== undefined);
  }

  async #check(): Promise<string | undefined> {
    const { store, logger } = this.#options;
    try {
      await withinTimeout(store.checkWritable());
      if (this.#lastReason !== undefined) logger.info('the store can be written again');
      this.#lastReason = undefined;
    } catch (error) {
      const reason = inWords(error);
      if (this.#lastReason !== reason) logger.warn({ err: error }, `not ready: ${messageOf(error)}`);
      this.#lastReason = reason;
    }
    return this.#lastReason;
  }
}

function inWords(error: unknown): string {
  if (error instanceof StoreUnavailable && error.fault !== undefined) return faultsInWords[error.fault];
  return otherFault;
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
