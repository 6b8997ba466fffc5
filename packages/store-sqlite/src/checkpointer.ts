import { Worker } from 'node:worker_threads';

/**
 * How many records are written before their pages are carried over from the log to the file. That makes some 4,000
 * pages (16 MB). More often would mean more work, because a page that changes often is carried over each time.
 */
const writesPerCheckpoint = 2_000;

/**
 * Carries the log's pages over to the file in a thread of its own, so that no commit has to wait for it. What was
 * committed in the meantime is little, and is carried over by `finish`, after which the log can start over.
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

  /** To be called after each commit with the number of records that it wrote. */
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
    // Whatever is wrong with the disk, whoever writes next hears of it; and SQLite itself keeps the log from growing.
    thread.on('error', () => {
      this.#isUnderWay = false;
      this.#thread = undefined;
    });
    return thread;
  }
}
