import { StoreUnavailable } from '@holdfast/engine/store';
import type { Commit, CommitResult, Write } from '@holdfast/engine/store';
import { TimeSlices } from '@holdfast/engine/time-slices';
import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';

import type { AbandonedTransactions } from './abandoned-transactions.ts';
import type { CausalSessions } from './causal-sessions.ts';
import type { Deadline } from './deadline.ts';
import { purgeTimeOf, tenantOf, toHeadDocument, toRecordDocument, toUpdate, toValue } from './documents.ts';
import type { RecordDocument, StoredDocument } from './documents.ts';
import { headIdOf, recordIdOf } from './keys.ts';
import { asStoreError, isCommitUnknown, isConflict, isTransient } from './mongo-errors.ts';
import type { MongoReader } from './mongo-reader.ts';
import { nodeEventLoop } from './node-event-loop.ts';
import { selectionById } from './selection.ts';

/** A head had another version. */
class HeadMoved extends Error {}

type Operation = AnyBulkWriteOperation<StoredDocument>;

/** How long to wait, try by try, until the conflicting transaction has committed or aborted. */
const waitsForOtherMs = [0, 2, 4, 8, 16];

/** The driver serializes a bulk write in one go. */
const mostWritesAtOnce = 512;

const firstBackoffMs = 5;
const longestBackoffMs = 250;

export interface CommitRunParts {
  readonly reader: MongoReader;
  readonly sessions: CausalSessions;
  readonly abandoned: AbandonedTransactions;
  readonly deadline: Deadline;
  readonly isSharded: boolean;
  /** How far the shared time is behind the database's clock. */
  readonly behindMs: number;
}

/**
 * One commit, in as many transactions as it takes until the deadline.
 *
 * A transaction with a write conflict isn't simply retried, as `withTransaction` would: the other one has most likely
 * raised a version, and then the commands must run again. Retried are failures without a conflict: the network, a
 * failover, an aborted transaction.
 */
export class CommitRun {
  readonly #commit: Commit;
  readonly #reader: MongoReader;
  readonly #sessions: CausalSessions;
  readonly #abandoned: AbandonedTransactions;
  readonly #deadline: Deadline;
  readonly #isSharded: boolean;
  readonly #behindMs: number;
  /**
   * Records past their purge time that inserts found, with MongoDB's deletion time: they are replaced, not inserted.
   */
  readonly #replaceable = new Map<string, Date>();
  readonly #startedAtMs = performance.now();
  #isCommitSent = false;
  /** A commit failed: MongoDB says it was rolled back, but then a conflict has to be looked up. */
  #hasFailedToCommit = false;

  constructor(commit: Commit, { reader, sessions, abandoned, deadline, isSharded, behindMs }: CommitRunParts) {
    this.#commit = commit;
    this.#reader = reader;
    this.#sessions = sessions;
    this.#abandoned = abandoned;
    this.#deadline = deadline;
    this.#isSharded = isSharded;
    this.#behindMs = behindMs;
  }

  /** The error for a deadline that passed before the result. */
  tooLate(): StoreUnavailable {
    const message = 'The commit was not done by its deadline: MongoDB is slow, or others write to the same partitions.';
    return new StoreUnavailable(message, { outcomeUnknown: this.#isCommitSent });
  }

  async run(): Promise<CommitResult> {
    try {
      return await this.#sessions.use((session) => this.#tryUntilDeadline(session));
    } catch (error) {
      throw asStoreError(error, { outcomeUnknown: this.#isCommitSent });
    }
  }

  async #tryUntilDeadline(session: ClientSession): Promise<CommitResult> {
    for (let attempt = 0; ; attempt += 1) {
      if (attempt > 0) await this.#deadline.wait(backoffMs(attempt));
      const failure = await this.#try(session);
      if (failure === undefined) return { status: 'committed' };
      const refusal = await this.#explain(failure);
      if (!refusal) continue;
      if (!this.#hasFailedToCommit) return refusal;
      throw new StoreUnavailable('The commit met a failure of MongoDB, and may have been written.', {
        cause: failure,
        outcomeUnknown: true,
      });
    }
  }

  /** One transaction. Returns what it failed with, if it can be explained or tried again. */
  async #try(session: ClientSession): Promise<unknown> {
    if (this.#deadline.isOver) throw this.tooLate();
    session.startTransaction({
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', j: true, wtimeoutMS: Math.ceil(this.#deadline.remainingMs) + 1 },
      readPreference: 'primary',
    });
    try {
      await this.#write(session);
      // The caller was told that nothing was written.
      if (this.#deadline.isOver) throw this.tooLate();
    } catch (error) {
      await session.abortTransaction();
      if (error instanceof HeadMoved || isConflict(error) || isTransient(error)) return error;
      throw error;
    }
    return this.#finish(session);
  }

  /** Commits the transaction, retrying while its outcome is unknown. */
  async #finish(session: ClientSession): Promise<unknown> {
    this.#isCommitSent = true;
    for (;;) {
      try {
        await session.commitTransaction();
        this.#sessions.acknowledge(session);
        return undefined;
      } catch (error) {
        this.#hasFailedToCommit = true;
        if (isCommitUnknown(error) && !this.#deadline.isOver) {
          await this.#deadline.wait(firstBackoffMs);
        } else if (isTransient(error) && !isCommitUnknown(error)) {
          this.#isCommitSent = false;
          return error;
        } else {
          throw error;
        }
      }
    }
  }

  async #write(session: ClientSession): Promise<void> {
    const { heads, writes } = this.#commit;
    const slices = new TimeSlices(nodeEventLoop);
    const operations = [
      ...heads.map((head) => this.#toHeadOperation(head)),
      ...(await slices.map(writes, (write) => this.#toOperation(write))),
    ];
    const { update = [], insert = [], delete: deletions = [] } = Object.groupBy(operations, typeOf);
    // Updates first: whoever lost a race has written no more than these. What is put is there, or becomes so.
    if ((await this.#writeAll(update, session)) < update.length) throw new HeadMoved();
    await this.#writeAll(insert, session);
    await this.#writeAll(deletions, session);
  }

  /** Writes of one type, as one command if they aren't too many. Returns how many were updates that found something. */
  async #writeAll(operations: readonly Operation[], session: ClientSession): Promise<number> {
    let updated = 0;
    for (let start = 0; start < operations.length; start += mostWritesAtOnce) {
      const piece = operations.slice(start, start + mostWritesAtOnce);
      const { matchedCount, upsertedCount } = await this.#reader.documents.bulkWrite(piece, { session });
      updated += matchedCount + upsertedCount;
    }
    return updated;
  }

  #toHeadOperation({ partition, expectedVersion, head }: Commit['heads'][number]): Operation {
    const document = toHeadDocument(partition, head);
    if (expectedVersion === 0) return { insertOne: { document } };
    const { _id, tenant, ...changed } = document;
    return { updateOne: { filter: { _id, tenant, version: expectedVersion }, update: { $set: changed } } };
  }

  #toOperation(write: Write): Operation {
    this.#reader.assertKnown(write.key.kind);
    const _id = recordIdOf(write.key);
    // A shard is found by tenant; without shards, a filter by `_id` alone is MongoDB's fastest path.
    const filter = this.#isSharded ? { _id, tenant: tenantOf(write.key.partition) } : { _id };
    if (write.type === 'delete') return { deleteOne: { filter } };
    const document = toRecordDocument(write.key, write.value, this.#behindMs);
    const purgeAt = this.#replaceable.get(_id);
    if (write.type === 'insert' && purgeAt === undefined) return { insertOne: { document } };
    const found = purgeAt === undefined ? filter : { ...filter, purgeAt };
    return { updateOne: { filter: found, update: toUpdate(document, write.key.kind), upsert: true } };
  }

  /** The conflict, if it is permanent; otherwise the commit can be retried. */
  async #explain(failure: unknown): Promise<CommitResult | undefined> {
    if (!(failure instanceof HeadMoved) && !isConflict(failure)) return undefined;
    for (const waitMs of waitsForOtherMs) {
      await this.#deadline.wait(waitMs);
      const replaceableBefore = this.#replaceable.size;
      const refusal = await this.#findRefusal();
      if (refusal || this.#replaceable.size > replaceableBefore) return refusal;
    }
    await this.#abandoned.end(this.#startedAtMs, this.#deadline);
    return undefined;
  }

  async #findRefusal(): Promise<CommitResult | undefined> {
    const { heads, writes, nowMs } = this.#commit;
    const partitions = heads.map(({ partition }) => partition);
    const inserted = writes.filter(({ type }) => type === 'insert').map(({ key }) => key);
    const asked = selectionById(
      [...partitions, ...inserted.map(({ partition }) => partition)],
      [...partitions.map(headIdOf), ...inserted.map(recordIdOf)],
    );
    const found = await this.#sessions.use((session) =>
      this.#reader.readById(asked, { session, deadline: this.#deadline }),
    );
    const moved = heads.filter(({ partition, expectedVersion }) => {
      return this.#reader.headIn(found, partition).version !== expectedVersion;
    });
    if (moved.length > 0) return { status: 'moved', partitions: moved.map(({ partition }) => partition) };
    const existing = inserted.filter((key) => {
      const record = found.get(recordIdOf(key)) as RecordDocument | undefined;
      if (record === undefined) return false;
      const isPast = (purgeTimeOf(key.kind, toValue(record)) ?? Infinity) <= nowMs;
      if (record.purgeAt && isPast) this.#replaceable.set(record._id, record.purgeAt);
      return !(record.purgeAt && isPast);
    });
    return existing.length > 0 ? { status: 'exists', keys: existing } : undefined;
  }
}

type OperationType = 'insert' | 'update' | 'delete';

function typeOf(operation: Operation): OperationType {
  if ('insertOne' in operation) return 'insert';
  return 'deleteOne' in operation ? 'delete' : 'update';
}

function backoffMs(attempt: number): number {
  return Math.random() * Math.min(firstBackoffMs * 1.5 ** attempt, longestBackoffMs);
}
