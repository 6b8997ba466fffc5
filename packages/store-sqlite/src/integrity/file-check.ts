import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { StoreUnavailable } from '@holdfast/engine/store';

import type { Soundness } from './damage.ts';

/** Checks a large file in its own thread while it is in use. */
export class FileCheck {
  readonly #thread: Worker;
  readonly #ended: Promise<void>;

  constructor(file: string, soundness: Soundness) {
    this.#thread = new Worker(new URL('./check-thread.ts', import.meta.url), { workerData: file });
    this.#thread.unref();
    this.#thread.on('message', (finding: string) => {
      soundness.note(new StoreUnavailable(finding, { fault: 'damaged' }));
    });
    // A failed thread says nothing about the file; readers report what is wrong with the disk.
    this.#thread.on('error', () => {});
    this.#ended = new Promise((resolve) => this.#thread.once('exit', () => resolve()));
  }

  /** Resolves when the check has ended, or after so many milliseconds. */
  async within(milliseconds: number): Promise<void> {
    const timeout = new AbortController();
    await Promise.race([this.#ended, delay(milliseconds, undefined, { signal: timeout.signal })]);
    timeout.abort();
  }

  async stop(): Promise<void> {
    await this.#thread.terminate();
  }
}
