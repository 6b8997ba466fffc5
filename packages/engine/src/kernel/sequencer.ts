import type { Environment } from '../environment.ts';
import { StoreUnavailable } from '../store.ts';
import type { Commit, CommitResult, Head, RecordValue, Store, StoredRecord, Write } from '../store.ts';
import { pendingEventsKind, toLogWrites } from './outbox.ts';
import type { PendingEvents } from './outbox.ts';
import type { SweepTask } from './sweep.ts';

export interface SequencerParts {
  readonly store: Pick<Store, 'openSnapshot' | 'commit' | 'due'>;
  readonly environment: Pick<Environment, 'now' | 'elapsedMs' | 'delay'>;
  /** How long it tries, in milliseconds. */
  readonly timeoutMs: number;
  /** Called with outboxes that have new events. */
  onNumbered(outboxes: readonly string[]): void;
}

/** An outbox whose events shall have numbers, and who waits for that. */
interface Wanted {
  readonly outbox: string;
  readonly promise: Promise<void>;
  resolve(): void;
  reject(reason: unknown): void;
}

/** What one snapshot shows of an outbox. */
interface Pending {
  readonly wanted: Wanted;
  readonly head: Head;
  readonly rows: readonly StoredRecord[];
}

const outboxesPerRound = 64;
const rowsPerOutbox = 64;

/** Before a look at what became of a commit. */
const doubtPauseMs = 10;

/**
 * Numbers the events of outboxes that several processes write to: 1, 2, 3 … without gaps.
 *
 * An effect's commit inserts its events without a number, so that it doesn't contend with others of the same tenant.
 * Their order is that of a snapshot's rows by their partition's clock: whoever sees a partition's second commit sees its
 * first, and what one process has numbered, no other numbers again, since both would raise the outbox's version.
 */
export class Sequencer {
  readonly #parts: SequencerParts;
  #wanted = new Map<string, Wanted>();
  #isRunning = false;
  #idle: Promise<void> = Promise.resolve();

  constructor(parts: SequencerParts) {
    this.#parts = parts;
  }

  /** Resolves when everything committed before the call has its numbers. Rejects with StoreUnavailable. */
  number(outbox: string): Promise<void> {
    const wanted = this.#wanted.get(outbox) ?? createWanted(outbox);
    this.#wanted.set(outbox, wanted);
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#idle = this.#drain();
    }
    return wanted.promise;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#isRunning) await this.#idle;
  }

  async #drain(): Promise<void> {
    while (this.#wanted.size > 0) {
      const round = [...this.#wanted.values()].slice(0, outboxesPerRound);
      for (const { outbox } of round) this.#wanted.delete(outbox);
      try {
        await this.#numberAll(round);
      } catch (error) {
        for (const wanted of round) wanted.reject(error);
      }
    }
    this.#isRunning = false;
  }

  async #numberAll(round: readonly Wanted[]): Promise<void> {
    const { environment, timeoutMs } = this.#parts;
    const deadlineMs = environment.elapsedMs() + timeoutMs;
    for (let rest = round; rest.length > 0;) {
      const pending = await this.#look(rest);
      const moved = await this.#commit(pending, deadlineMs);
      rest = pending.flatMap(({ wanted, rows }) => {
        if (moved.has(wanted.outbox) || rows.length === rowsPerOutbox) return wanted;
        wanted.resolve();
        return [];
      });
    }
  }

  /** Only a snapshot shows all that came before whatever it shows. */
  async #look(round: readonly Wanted[]): Promise<readonly Pending[]> {
    const snapshot = await this.#parts.store.openSnapshot();
    try {
      const { heads, ranges } = await snapshot.read({
        heads: round.map(({ outbox }) => outbox),
        ranges: round.map(({ outbox: partition }) => {
          return { kind: pendingEventsKind, partition, index: 'order', limit: rowsPerOutbox };
        }),
      });
      return round.map((wanted, index) => ({ wanted, head: heads[index] as Head, rows: ranges[index] ?? [] }));
    } finally {
      await snapshot.close();
    }
  }

  /** Returns the outboxes to look at again: another process was faster, or nobody knows. */
  async #commit(pending: readonly Pending[], deadlineMs: number): Promise<ReadonlySet<string>> {
    const { environment, onNumbered } = this.#parts;
    const moved = new Set<string>();
    for (let mine = pending.filter(({ rows }) => rows.length > 0); mine.length > 0;) {
      const result = await this.#tryToCommit(toCommit(mine, environment.now()), deadlineMs);
      const outboxes = mine.map(({ wanted }) => wanted.outbox);
      if (result.status === 'inDoubt') return new Set([...moved, ...outboxes]);
      if (result.status === 'committed') {
        onNumbered(outboxes);
        break;
      }
      // A store may come upon the rows of whoever was faster before it comes upon its heads.
      for (const outbox of result.status === 'exists' ? outboxes : result.partitions) moved.add(outbox);
      mine = mine.filter(({ wanted }) => !moved.has(wanted.outbox));
    }
    return moved;
  }

  /** What was numbered waits no longer, so that a commit whose outcome nobody knows may be decided again. */
  async #tryToCommit(commit: Commit, deadlineMs: number): Promise<CommitResult | { readonly status: 'inDoubt' }> {
    const { store, environment } = this.#parts;
    const remainingMs = deadlineMs - environment.elapsedMs();
    if (remainingMs <= 0) throw new StoreUnavailable('Others number the same events all the time.');
    try {
      return await store.commit(commit, remainingMs);
    } catch (error) {
      if (!(error instanceof StoreUnavailable && error.outcomeUnknown)) throw error;
      await environment.delay(doubtPauseMs);
      return { status: 'inDoubt' };
    }
  }
}

/** Numbers what processes that died have left. */
export class PendingEventsSweep implements SweepTask {
  readonly #parts: Pick<SequencerParts, 'store'> & { readonly sequencer: Sequencer };
  #doneUntilMs: number | undefined;

  constructor(parts: Pick<SequencerParts, 'store'> & { readonly sequencer: Sequencer }) {
    this.#parts = parts;
  }

  get doneUntilMs(): number | undefined {
    return this.#doneUntilMs;
  }

  async run(nowMs: number): Promise<boolean> {
    const { store, sequencer } = this.#parts;
    const due = await store.due(pendingEventsKind, nowMs, outboxesPerRound);
    this.#doneUntilMs = due[0]?.dueAtMs ?? nowMs;
    await Promise.all([...new Set(due.map(({ partition }) => partition))].map((outbox) => sequencer.number(outbox)));
    return due.length > 0;
  }
}

function createWanted(outbox: string): Wanted {
  let resolve: Wanted['resolve'] = () => {};
  let reject: Wanted['reject'] = () => {};
  const promise = new Promise<void>((...settle) => ([resolve, reject] = settle));
  // Whoever commits events doesn't wait, and the sweep numbers what fails.
  promise.catch(() => undefined);
  return { outbox, promise, resolve, reject };
}

function toCommit(pending: readonly Pending[], clockMs: number): Commit {
  const heads: Commit['heads'][number][] = [];
  const writes: Write[] = [];
  for (const { wanted, head, rows } of pending) {
    const partition = wanted.outbox;
    const bundles = rows.map(({ value }) => value as RecordValue & PendingEvents);
    // No event is later than its row: histories that begin at a time look for it by that of the row.
    const nowMs = Math.max(head.nowMs, clockMs, ...bundles.map(({ atMs }) => atMs));
    const count = bundles.reduce((sum, bundle) => sum + bundle.count, 0);
    const next = { version: head.version + 1, nowMs, sequence: head.sequence + count };
    heads.push({ partition, expectedVersion: head.version, head: next });
    writes.push(...toLogWrites(partition, bundles, { last: head.sequence, nowMs }));
    for (const { id } of rows) writes.push({ type: 'delete', key: { kind: pendingEventsKind, partition, id } });
  }
  return { heads, writes, nowMs: Math.max(...heads.map(({ head }) => head.nowMs)) };
}
