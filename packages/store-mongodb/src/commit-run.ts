import { StoreUnavailable } from '@holdfast/engine/store';
import type { Commit, CommitResult, RecordKey, RecordKind, Write } from '@holdfast/engine/store';
import { TimeSlices } from '@holdfast/engine/time-slices';
import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';

import type { CausalSessions } from './causal-sessions.ts';
import type { Deadline } from './deadline.ts';
import { purgeTimeOf, recordIdOf, tenantOf, toHeadDocument, toRecordDocument, toValue } from './documents.ts';
import type { HeadDocument, RecordDocument } from './documents.ts';
import { asStoreError, isCommitUnknown, isConflict, isTransient } from './mongo-errors.ts';
import type { MongoReader } from './mongo-reader.ts';
import { nodeEventLoop } from './node-event-loop.ts';

/** A head had another version. */
class HeadMoved extends Error {}

type FoundRecord = Pick<RecordDocument, '_id' | 'purgeAt' | 'body'>;

/** How long to wait, try by try, until the conflicting transaction has committed or aborted. */
const waitsForOtherMs = [0, 2, 4, 8, 16];

const mostWritesAtOnce = 512;

const firstBackoffMs = 5;
const longestBackoffMs = 250;

export interface CommitRunParts {
  readonly reader: MongoReader;
  readonly sessions: CausalSessions;
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
  readonly #deadline: Deadline;
  readonly #isSharded: boolean;
  readonly #behindMs: number;
  /**
   * Records past their purge time that inserts found, with MongoDB's deletion time: they are replaced, not inserted.
   */
  readonly #replaceable = new Map<string, Date>();
  #isCommitSent = false;
  /** A commit failed: MongoDB says it was rolled back, but then a conflict has to be looked up. */
  #hasFailedToCommit = false;

  constructor(commit: Commit, { reader, sessions, deadline, isSharded, behindMs }: CommitRunParts) {
    this.#commit = commit;
    this.#reader = reader;
    this.#sessions = sessions;
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
      await this.#writeHeads(session);
      await this.#writeRecords(session);
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

  async #writeHeads(session: ClientSession): Promise<void> {
    const { heads } = this.#commit;
    if (heads.length === 0) return;
    const writes = heads.map(({ partition, expectedVersion, head }): AnyBulkWriteOperation<HeadDocument> => {
      const document = toHeadDocument(partition, head);
      if (expectedVersion === 0) return { insertOne: { document } };
      const { _id, tenant, ...changed } = document;
      return { updateOne: { filter: { _id, tenant, version: expectedVersion }, update: { $set: changed } } };
    });
    const { matchedCount, insertedCount } = await this.#reader.heads.bulkWrite(inBatches(writes), { session });
    if (matchedCount + insertedCount < heads.length) throw new HeadMoved();
  }

  async #writeRecords(session: ClientSession): Promise<void> {
    const slices = new TimeSlices(nodeEventLoop);
    const writesByKind = Map.groupBy(this.#commit.writes, ({ key }) => key.kind);
    for (const [kind, writes] of writesByKind) {
      for (const piece of inPieces(writes)) {
        const operations = inBatches(await slices.map(piece, (write) => this.#toOperation(write)));
        await this.#reader.recordsOf(kind).bulkWrite(operations, { session });
      }
    }
  }

  #toOperation(write: Write): AnyBulkWriteOperation<RecordDocument> {
    const _id = recordIdOf(write.key);
    // A shard is found by tenant; without shards, a filter by `_id` alone is MongoDB's fastest path.
    const filter = this.#isSharded ? { _id, tenant: tenantOf(write.key.partition) } : { _id };
    if (write.type === 'delete') return { deleteOne: { filter } };
    const replacement = toRecordDocument(write.key, write.value, this.#behindMs);
    if (write.type === 'put') return { replaceOne: { filter, replacement, upsert: true } };
    const purgeAt = this.#replaceable.get(_id);
    if (purgeAt === undefined) return { insertOne: { document: replacement } };
    return { replaceOne: { filter: { ...filter, purgeAt }, replacement, upsert: true } };
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
    return undefined;
  }

  async #findRefusal(): Promise<CommitResult | undefined> {
    return this.#sessions.use(async (session) => {
      const { heads } = this.#commit;
      const context = { session, deadline: this.#deadline };
      const current = await this.#reader.readHeads(
        heads.map(({ partition }) => partition),
        context,
      );
      const moved = heads.filter(({ expectedVersion }, index) => current[index]!.version !== expectedVersion);
      if (moved.length > 0) return { status: 'moved', partitions: moved.map(({ partition }) => partition) };
      const existing = await this.#findExisting(session);
      return existing.length > 0 ? { status: 'exists', keys: existing } : undefined;
    });
  }

  async #findExisting(session: ClientSession): Promise<RecordKey[]> {
    const keys = this.#commit.writes.filter(({ type }) => type === 'insert').map(({ key }) => key);
    const existing: RecordKey[] = [];
    for (const [kind, keysOfKind] of Map.groupBy(keys, (key) => key.kind)) {
      const found = await this.#findRecords(kind, keysOfKind, session);
      for (const key of keysOfKind) {
        const record = found.get(recordIdOf(key));
        if (record === undefined) continue;
        const purgeTimeMs = purgeTimeOf(kind, toValue(record)) ?? Infinity;
        if (record.purgeAt && purgeTimeMs <= this.#commit.nowMs) this.#replaceable.set(record._id, record.purgeAt);
        else existing.push(key);
      }
    }
    return existing;
  }

  async #findRecords(
    kind: RecordKind,
    keys: readonly RecordKey[],
    session: ClientSession,
  ): Promise<ReadonlyMap<string, FoundRecord>> {
    const found = await this.#reader
      .recordsOf(kind)
      .find(
        { _id: { $in: keys.map(recordIdOf) } },
        { session, readConcern: { level: 'majority' }, maxTimeMS: Math.ceil(this.#deadline.remainingMs) + 1 },
      )
      .project<FoundRecord>({ purgeAt: 1, body: 1 })
      .toArray();
    return new Map(found.map((record) => [record._id, record]));
  }
}

/** The driver serializes a bulk write in one go, so a large commit is split into several. */
function inPieces(writes: readonly Write[]): readonly (readonly Write[])[] {
  const count = Math.ceil(writes.length / mostWritesAtOnce);
  return Array.from({ length: count }, (_, index) =>
    writes.slice(index * mostWritesAtOnce, (index + 1) * mostWritesAtOnce),
  );
}

/**
 * Sorted by type of operation, one command for each. An unordered bulk write does the same but continues after an
 * error, and in a transaction then only reports that the transaction is gone.
 */
function inBatches<T extends RecordDocument | HeadDocument>(
  operations: AnyBulkWriteOperation<T>[],
): AnyBulkWriteOperation<T>[] {
  return [...Map.groupBy(operations, (operation) => Object.keys(operation)[0]).values()].flat();
}

function backoffMs(attempt: number): number {
  return Math.random() * Math.min(firstBackoffMs * 1.5 ** attempt, longestBackoffMs);
}
