import type { Environment } from '../environment.ts';
import { StoreUnavailable } from '../store.ts';
import type { Job } from './command.ts';
import { RecordMap } from './record-map.ts';
import { TimeSlices } from './time-slices.ts';

export interface Waiting<Work extends Job> {
  readonly job: Work;
  /** When its caller stops waiting, by the environment's `elapsedMs`. */
  readonly deadlineMs: number;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** What one batch may start with: jobs, and records they are sure to read. */
const batchLimits = { jobs: 256, reads: 2_048 };

/** The same for what is done in the background, for which requests would have to wait. */
const backgroundLimits = { jobs: 64, reads: 512 };

/**
 * A queue of jobs, run in batches, one at a time. While one batch runs, the next one collects: a busy lane makes large
 * batches, an idle one answers at once, and no timer is needed.
 */
export class Lane<Work extends Job> {
  readonly #environment: Environment;
  readonly #work: (batch: readonly Waiting<Work>[]) => Promise<void>;
  #queue: Waiting<Work>[] = [];
  /** Some of it is in each batch, so that it goes on however many requests there are. */
  #background: Waiting<Work>[] = [];
  #isRunning = false;
  #idle: Promise<void> = Promise.resolve();

  /** @param work - Settles every job of a batch; it must not reject. */
  constructor(environment: Environment, work: (batch: readonly Waiting<Work>[]) => Promise<void>) {
    this.#environment = environment;
    this.#work = work;
  }

  submit(job: Work, deadlineMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.resubmit([{ job, deadlineMs, resolve, reject }]);
    });
  }

  /** Puts jobs that have to run again at the end of the queue. */
  resubmit(jobs: readonly Waiting<Work>[]): void {
    for (const waiting of jobs) (waiting.job.isBackground ? this.#background : this.#queue).push(waiting);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#idle = new Promise((resolve) => {
      this.#environment.schedule(() => void this.#drain().then(resolve));
    });
  }

  /** Puts jobs the current batch had no room for back at the front of the queue. */
  putBack(jobs: readonly Waiting<Work>[]): void {
    if (jobs.length === 0) return;
    this.#queue = [...jobs.filter(({ job }) => !job.isBackground), ...this.#queue];
    this.#background = [...jobs.filter(({ job }) => job.isBackground), ...this.#background];
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#isRunning) await this.#idle;
  }

  /** A synchronous store never yields to the event loop between batches, so this does. */
  async #drain(): Promise<void> {
    const slices = new TimeSlices(this.#environment);
    while (this.#queue.length + this.#background.length > 0) {
      const batch = this.#nextBatch();
      if (batch.length > 0) await this.#work(batch);
      await slices.pause();
    }
    this.#isRunning = false;
  }

  #nextBatch(): readonly Waiting<Work>[] {
    const taken = [
      ...this.#queue.splice(0, countWithin(this.#queue, batchLimits)),
      ...this.#background.splice(0, countWithin(this.#background, backgroundLimits)),
    ];
    const now = this.#environment.elapsedMs();
    const inTime = taken.filter((waiting) => waiting.deadlineMs > now);
    for (const waiting of taken) {
      if (waiting.deadlineMs <= now)
        waiting.reject(new StoreUnavailable('Too busy: the request waited until its deadline.'));
    }
    return inTime;
  }
}

/** Above so many it is worth finding out which of a job's reads are those of a job before it, too. */
const manyReads = 32;

/** How many of the first jobs are within the limits: one at least. */
function countWithin(queue: readonly Waiting<Job>[], limits: typeof batchLimits): number {
  const ofLargeJobs = new RecordMap<true>();
  let ofSmallJobs = 0;
  for (const [index, { job }] of queue.entries()) {
    if (job.reads.length > manyReads) for (const key of job.reads) ofLargeJobs.set(key, true);
    else ofSmallJobs += job.reads.length;
    const isFull = index > 0 && ofSmallJobs + ofLargeJobs.size > limits.reads;
    if (isFull || index === limits.jobs) return index;
  }
  return queue.length;
}
