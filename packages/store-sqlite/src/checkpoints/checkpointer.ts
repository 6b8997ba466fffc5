import { Worker } from 'node:worker_threads';

/**
 * Writes between two checkpoints: some 4,000 pages (16 MB). More checkpoints would be more work, since a page that
 * changes often is copied each time.
 */
const writesPerCheckpoint = 4_000;

/**
 * Checkpoints the WAL in its own thread, so that no commit waits for it. `finish` copies the little that was committed
 * meanwhile, after which the WAL can be reset.
 */
export class Checkpointer {
  readonly #file: string;
  readonly #finish: () => void;
  #thread: Worker | undefined;
  #writes = 0;
  #isUnderWay = false;

  constructor(file: string, finish: () => void) {
    this.#file = file;
    this.#finish = finish;
  }

  /** Call it after each commit with the number of records written. */
  add(writes: number): void {
    this.#writes += writes;
    if (this.#writes < writesPerCheckpoint || this.#isUnderWay) return;
    this.#writes = 0;
    this.#isUnderWay = true;
    this.#thread ??= this.#startThread();
    this.#thread.postMessage('checkpoint');
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    thread.ref();
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage('stop');
    await ended;
  }

  #startThread(): Worker {
    const thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: this.#file });
    thread.unref();
    thread.on('message', () => {
      this.#isUnderWay = false;
      this.#finish();
    });
    // The next writer reports what is wrong with the disk, and SQLite's own checkpoint bounds the WAL.
    thread.on('error', () => {
      this.#isUnderWay = false;
      this.#thread = undefined;
    });
    return thread;
  }
}
