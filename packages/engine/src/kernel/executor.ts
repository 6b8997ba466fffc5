import type { Environment } from '../environment.ts';
import { emptyHead, StoreUnavailable } from '../store.ts';
import type { Commit, Head, ReadRequest, ReadResult, Store, Turn } from '../store.ts';
import type { Command, Job, Query } from './command.ts';
import { Lane } from './lane.ts';
import type { Waiting } from './lane.ts';
import { Rations } from './rations.ts';
import { runScan } from './scan.ts';
import type { Scan } from './scan.ts';
import { TimeSlices } from './time-slices.ts';
import { Turns } from './turns.ts';
import { WorkingSet } from './working-set.ts';
import type { Numbering } from './working-set.ts';

type WaitingCommand = Waiting<Command<unknown>>;

/** A job that has run, in a batch that isn't committed yet. */
interface Decided<Work extends Job> {
  readonly waiting: Waiting<Work>;
  readonly result: unknown;
  readonly wrote: boolean;
  readonly nowMs: number;
}

type DecidedCommand = Decided<Command<unknown>>;

interface BatchRun<Work extends Job> {
  /** The time of all its jobs. Absent: when it has loaded for the first time. */
  readonly clockMs?: number;
  read(request: ReadRequest): Promise<ReadResult>;
  /** Called for each job that has run to its end. */
  take(decided: Decided<Work>): void;
  /** Yields to the event loop, if it is time. */
  pause(): Promise<void>;
}

interface CommitOutcome {
  readonly isCommitted: boolean;
  /** Partitions whose version another process has raised: what was decided on them is void. */
  readonly moved: ReadonlySet<string>;
}

/** Rows that all scans together take in per turn of the event loop. */
const scannedRowsPerTurn = 1_024;

export interface ExecutorOptions {
  /** When events get their numbers. Default `inCommit`. */
  readonly numbering?: Numbering;
  /** Called after a commit with events, with the outboxes that they are in. */
  onAnnounced?(outboxes: readonly string[]): void;
}

/** How many heads of outboxes are kept. */
const mostOutboxHeads = 10_000;

const noTurns: ReadonlyMap<string, Turn> = new Map();

/**
 * A batch that has written this many records leaves its unfinished jobs to the next one, since each of them may have to
 * look through all of these; one that has loaded this many starts no more jobs. A single job may exceed both.
 */
const batchLimits = { written: 1_024, loaded: 16_384 };

/** The same for jobs in the background: the requests that come meanwhile wait for them. */
const backgroundLimits = { written: 512, loaded: 2_048 };

/**
 * Runs commands, queries and scans against a store.
 *
 * Group commit: every waiting command, of whatever partition, runs in order on one working set; one commit, then all
 * are answered. Optimistic concurrency: a commit states the version of each partition it decided on. If another process
 * has raised one, nothing is written and the commands run again on fresh state.
 */
export class Executor {
  readonly #store: Store;
  readonly #environment: Environment;
  readonly #numbering: Numbering;
  readonly #outboxHeads = new Map<string, Head>();
  readonly #onAnnounced: NonNullable<ExecutorOptions['onAnnounced']>;
  readonly #commands: Lane<Command<unknown>>;
  readonly #queries: Lane<Query<unknown>>;
  readonly #turns: Turns<Command<unknown>>;
  /** Scans share the rows of a turn and don't queue: a short one overtakes a long one. */
  readonly #scannedRows: Rations;

  constructor(
    store: Store,
    environment: Environment,
    { numbering = 'inCommit', onAnnounced = () => {} }: ExecutorOptions = {},
  ) {
    this.#store = store;
    this.#environment = environment;
    this.#numbering = numbering;
    this.#onAnnounced = onAnnounced;
    this.#scannedRows = new Rations(environment.schedule, scannedRowsPerTurn);
    this.#commands = new Lane(environment, (batch) => this.#decideInTurn(batch));
    this.#queries = new Lane(environment, (batch) => this.#answerBatch(batch));
    this.#turns = new Turns(store, environment, (commands) => this.#commands.resubmit(commands));
  }

  /** Resolves when the result is durable. Rejects with {@link StoreUnavailable} after `timeoutMs` of trying. */
  execute<Result>(command: Command<Result>, timeoutMs: number): Promise<Result> {
    return this.#commands.submit(command, this.#environment.elapsedMs() + timeoutMs) as Promise<Result>;
  }

  /** Resolves to an answer from a snapshot with every write acknowledged before the call. */
  query<Result>(query: Query<Result>, timeoutMs: number): Promise<Result> {
    return this.#queries.submit(query, this.#environment.elapsedMs() + timeoutMs) as Promise<Result>;
  }

  /** Resolves to sums over one snapshot, with every write acknowledged before the call. */
  async scan<Result>(scan: Scan<Result>, timeoutMs: number): Promise<Result> {
    const deadlineMs = this.#environment.elapsedMs() + timeoutMs;
    const snapshot = await this.#store.openSnapshot();
    try {
      return await runScan(scan, snapshot, {
        isInTime: () => this.#environment.elapsedMs() < deadlineMs,
        mayRead: (rows) => this.#scannedRows.take(rows),
      });
    } finally {
      await snapshot.close();
    }
  }

  /** Resolves when everything submitted has been answered. */
  async idle(): Promise<void> {
    do {
      await this.#commands.idle();
      await this.#queries.idle();
      if (this.#turns.isAwaited) await this.#environment.delay(1);
    } while (this.#turns.isAwaited);
  }

  async #answerBatch(batch: readonly Waiting<Query<unknown>>[]): Promise<void> {
    // Before the snapshot: by a later time, what was renewed meanwhile would have lapsed in it.
    const clockMs = this.#environment.now();
    try {
      const snapshot = await this.#store.openSnapshot();
      try {
        const slices = new TimeSlices(this.#environment);
        const workingSet = new WorkingSet((request) => (slices.isOver ? undefined : snapshot.readNow?.(request)));
        const rest = await this.#runAll(batch, workingSet, {
          clockMs,
          read: (request) => snapshot.read(request),
          take: ({ waiting, result }) => waiting.resolve(result),
          pause: () => slices.pauseAfterThem(),
        });
        this.#queries.putBack(rest);
      } finally {
        await snapshot.close();
      }
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }

  async #decideInTurn(commands: readonly WaitingCommand[]): Promise<void> {
    const { batch, turns } = this.#turns.admit(commands);
    try {
      if (batch.length > 0) await this.#decideBatch(batch, turns);
    } catch (error) {
      this.#turns.end(turns);
      await this.#recover(batch, error);
    }
  }

  async #decideBatch(batch: readonly WaitingCommand[], turns: ReadonlyMap<string, Turn>): Promise<void> {
    const slices = new TimeSlices(this.#environment);
    const workingSet = new WorkingSet((request) => (slices.isOver ? undefined : this.#store.readNow?.(request)));
    const decided: DecidedCommand[] = [];
    const rest = await this.#runAll(batch, workingSet, {
      read: (request) => this.#store.read(request),
      take: (one) => {
        decided.push(one);
        one.waiting.job.decided?.(one.result);
      },
      pause: () => slices.pause(),
    });
    const outcome = await this.#commit(decided, workingSet);
    this.#turns.end(outcome.isCommitted ? turns : lost(turns, outcome.moved));
    await this.#settle(decided, outcome); // After the turn has ended, so that the next process doesn't wait for our answers.
    this.#commands.putBack(rest);
  }

  /**
   * Runs jobs to their end, loading what they miss at once or round by round, and returns those the batch has no room for. A job
   * that throws fails alone. Yielding between jobs is safe: nobody else touches the working set.
   */
  async #runAll<Work extends Command<unknown> | Query<unknown>>(
    batch: readonly Waiting<Work>[],
    workingSet: WorkingSet,
    { clockMs, read, take, pause }: BatchRun<Work>,
  ): Promise<readonly Waiting<Work>[]> {
    const begun = new Set<Waiting<Work>>();
    const rest = new Set<Waiting<Work>>();
    let request = workingSet.expect(
      batch.flatMap(({ job }) => job.partitions),
      batch.flatMap(({ job }) => job.reads),
    );
    const requests = { limits: batchLimits, written: 0, loaded: workingSet.missingCount };
    // By what it does itself, so that it goes on however much requests write and load.
    const background = { limits: backgroundLimits, written: 0, loaded: 0 };
    let remaining = batch;
    let timeMs = clockMs;
    while (remaining.length > 0) {
      workingSet.load(request, await read(request));
      // One time for the whole batch: a rerun that reads by time must ask for the same records.
      const nowMs = (timeMs ??= this.#environment.now());
      const unfinished: Waiting<Work>[] = [];
      for (const waiting of remaining) {
        const share = waiting.job.isBackground ? background : requests;
        const mayBegin = begun.size === 0 || begun.has(waiting) || share.loaded < share.limits.loaded;
        if (!mayBegin || share.written >= share.limits.written) {
          rest.add(waiting);
          continue;
        }
        begun.add(waiting);
        const [writtenBefore, loadedBefore] = [workingSet.writtenCount, countLoaded(workingSet)];
        if (!this.#runOne(waiting, nowMs, workingSet, take)) unfinished.push(waiting);
        share.written += workingSet.writtenCount - writtenBefore;
        share.loaded += countLoaded(workingSet) - loadedBefore;
        await pause();
      }
      remaining = unfinished;
      request = workingSet.missing();
    }
    return batch.filter((waiting) => rest.has(waiting));
  }

  /** Whether the job ran to its end; if not, the working set knows what it missed. */
  #runOne<Work extends Command<unknown> | Query<unknown>>(
    waiting: Waiting<Work>,
    clockMs: number,
    workingSet: WorkingSet,
    take: (decided: Decided<Work>) => void,
  ): boolean {
    const { job } = waiting;
    const headTimes = job.partitions.map((partition) => workingSet.head(partition).nowMs);
    const nowMs = Math.max(clockMs, ...headTimes);
    try {
      const run = workingSet.run((changes) => job.run(changes, nowMs));
      if (run === 'notLoaded') return this.#isTooLate(waiting);
      take({ waiting, nowMs, ...run });
    } catch (error) {
      waiting.reject(error);
    }
    return true;
  }

  /** Gives up a job that is still loading at its deadline, so that it doesn't hold up the batch. */
  #isTooLate({ deadlineMs, reject }: Waiting<Job>): boolean {
    if (deadlineMs > this.#environment.elapsedMs()) return false;
    reject(new StoreUnavailable('Too slow: the request was still loading at its deadline.'));
    return true;
  }

  /** Commits what was decided, and finds out which decisions are void. */
  async #commit(decided: readonly DecidedCommand[], workingSet: WorkingSet): Promise<CommitOutcome> {
    const times = new Map<string, number>();
    const writers = decided.filter((one) => one.wrote);
    for (const { waiting, nowMs } of writers) {
      for (const partition of waiting.job.partitions) {
        times.set(partition, Math.max(nowMs, times.get(partition) ?? 0));
      }
    }
    // Not only where a head rises: a refusal that decided on no partition has its idempotency record all the same.
    if (writers.length > 0) {
      const { outboxes } = workingSet;
      if (this.#numbering === 'inCommit') await this.#loadOutboxHeads(workingSet, outboxes);
      const deadlineMs = Math.min(...decided.map((one) => one.waiting.deadlineMs)) - this.#environment.elapsedMs();
      const nowMs = Math.max(this.#environment.now(), ...times.values());
      const commit = workingSet.toCommit(times, nowMs, this.#numbering);
      // Nobody knows them until the commit has been answered.
      for (const outbox of outboxes) this.#outboxHeads.delete(outbox);
      const result = await this.#store.commit(commit, Math.max(1, deadlineMs));
      if (result.status === 'exists') return { isCommitted: false, moved: new Set() };
      if (result.status === 'moved') return { isCommitted: false, moved: new Set(result.partitions) };
      if (outboxes.length > 0) {
        this.#noteOutboxHeads(commit, outboxes);
        this.#onAnnounced(outboxes);
      }
    }
    return { isCommitted: true, moved: await this.#movedSince(decided, times, workingSet) };
  }

  /** Of outboxes, which no command asks for: which of them it needs is known once all have run. */
  async #loadOutboxHeads(workingSet: WorkingSet, outboxes: readonly string[]): Promise<void> {
    const missing: string[] = [];
    for (const outbox of outboxes.filter((each) => !workingSet.hasHead(each))) {
      const known = this.#outboxHeads.get(outbox);
      if (known === undefined) missing.push(outbox);
      else workingSet.loadHead(outbox, known);
    }
    if (missing.length === 0) return;
    const { heads } = await this.#store.read({ heads: missing });
    for (const [index, outbox] of missing.entries()) workingSet.loadHead(outbox, heads[index] ?? emptyHead);
  }

  /** What was committed, so that an outbox's head isn't read for each commit. A wrong one is found out by its version. */
  #noteOutboxHeads({ heads }: Commit, outboxes: readonly string[]): void {
    if (this.#outboxHeads.size > mostOutboxHeads) this.#outboxHeads.clear();
    const noted = new Set(outboxes);
    for (const { partition, head } of heads) if (noted.has(partition)) this.#outboxHeads.set(partition, head);
  }

  /**
   * The partitions that were only read and have changed since their heads were: records are read after heads, so these
   * decisions may have mixed two states.
   */
  async #movedSince(
    decided: readonly DecidedCommand[],
    committed: ReadonlyMap<string, number>,
    workingSet: WorkingSet,
  ): Promise<ReadonlySet<string>> {
    const partitions = new Set(decided.flatMap(({ waiting }) => waiting.job.partitions));
    const heads = [...partitions].filter((partition) => !committed.has(partition));
    if (heads.length === 0) return new Set();
    const read = await this.#store.read({ heads });
    return new Set(heads.filter((head, index) => read.heads[index]?.version !== workingSet.head(head).version));
  }

  /** Answers what was committed, and reruns the rest. */
  async #settle(decided: readonly DecidedCommand[], { isCommitted, moved }: CommitOutcome): Promise<void> {
    const isMoved = ({ waiting }: DecidedCommand) => waiting.job.partitions.some((partition) => moved.has(partition));
    this.#turns.standBack(
      decided.filter(isMoved).map((one) => one.waiting),
      moved,
    );
    const others = decided.filter((one) => !isMoved(one));
    if (!isCommitted) return this.#commands.resubmit(others.map((one) => one.waiting));
    const slices = new TimeSlices(this.#environment);
    for (const { waiting, result } of others) {
      waiting.resolve(result);
      await slices.pauseAfterThem();
    }
  }

  /** After a batch failed as a whole: if one command broke it, the others still get their answers. */
  async #recover(batch: readonly WaitingCommand[], error: unknown): Promise<void> {
    if (batch.length > 1 && !(error instanceof StoreUnavailable)) {
      for (const waiting of batch) await this.#decideBatch([waiting], noTurns).catch(waiting.reject);
      return;
    }
    for (const waiting of batch) waiting.reject(error);
  }
}

function countLoaded({ loadedCount, missingCount }: WorkingSet): number {
  return loadedCount + missingCount;
}

/** The turns that were wasted. Those on other partitions are kept: their commands run again at once. */
function lost(turns: ReadonlyMap<string, Turn>, moved: ReadonlySet<string>): ReadonlyMap<string, Turn> {
  return new Map([...turns].filter(([partition]) => moved.has(partition)));
}
