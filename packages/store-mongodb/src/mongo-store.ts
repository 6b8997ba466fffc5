import { StoreUnavailable } from '@holdfast/engine/store';
import type {
  Commit,
  CommitResult,
  DueRecord,
  ReadRequest,
  ReadResult,
  RecordKind,
  Snapshot,
  Store,
  Turn,
  Watch,
} from '@holdfast/engine/store';
import type { ClientSession, Collection, Db, MongoClient } from 'mongodb';

import { AbandonedTransactions } from './abandoned-transactions.ts';
import { CausalSessions } from './causal-sessions.ts';
import type { SharedClock } from './clock/shared-clock.ts';
import { CommitRun } from './commit-run.ts';
import { Deadline } from './deadline.ts';
import { InsertWatch } from './insert-watch.ts';
import { asStoreError } from './mongo-errors.ts';
import { MongoReader } from './mongo-reader.ts';
import { watchPrimary } from './primary-changes.ts';
import { turnsCollection, writeCheckCollection } from './schema/names.ts';
import type { TurnDocument } from './turns/turn-document.ts';
import { TurnRequest } from './turns/turn-request.ts';
import { TurnWatch } from './turns/turn-watch.ts';

/** A server that can't write a small document in this time isn't ready. */
const writeCheckTimeoutMs = 2_000;

export interface MongoStoreParts {
  readonly client: MongoClient;
  readonly database: Db;
  readonly kinds: readonly RecordKind[];
  readonly clock: SharedClock;
  /** The floor of every sequence; it only changes while no process is running. */
  readonly sequenceFloor: number;
  readonly isSharded: boolean;
  /** How long anything but a commit may take. */
  readonly operationTimeoutMs: number;
}

export class MongoStore implements Store {
  readonly #client: MongoClient;
  readonly #database: Db;
  readonly #reader: MongoReader;
  readonly #sessions: CausalSessions;
  readonly #abandoned: AbandonedTransactions;
  readonly #clock: SharedClock;
  readonly #turns: Collection<TurnDocument>;
  readonly #turnWatch: TurnWatch;
  readonly #isSharded: boolean;
  readonly #operationTimeoutMs: number;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #watches = new Set<InsertWatch>();
  /** How many primaries this process has met. */
  #primaryCount = 1;
  /** The last of them of which a write of ours has shown that it knows everything acknowledged. */
  #knowingPrimary = 0;
  #catchingUp: Promise<void> | undefined;
  #isClosed = false;

  constructor({ client, database, kinds, clock, sequenceFloor, isSharded, operationTimeoutMs }: MongoStoreParts) {
    this.#client = client;
    this.#database = database;
    this.#reader = new MongoReader({ database, kinds, sequenceFloor, isSharded });
    this.#sessions = new CausalSessions(client);
    this.#abandoned = new AbandonedTransactions(client);
    this.#clock = clock;
    this.#turns = database.collection<TurnDocument>(turnsCollection);
    this.#turnWatch = new TurnWatch(this.#turns);
    this.#isSharded = isSharded;
    this.#operationTimeoutMs = operationTimeoutMs;
    watchPrimary(client, () => {
      this.#primaryCount += 1;
      clock.restart();
    });
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    return this.#query((deadline) => {
      return this.#sessions.use((session) => this.#reader.read(request, { session, deadline }));
    });
  }

  async commit(commit: Commit, deadlineMs: number): Promise<CommitResult> {
    this.#assertOpen();
    const deadline = new Deadline(deadlineMs);
    const run = new CommitRun(commit, {
      reader: this.#reader,
      sessions: this.#sessions,
      abandoned: this.#abandoned,
      deadline,
      isSharded: this.#isSharded,
      behindMs: this.#clock.databaseNow() - this.#clock.now(),
    });
    return deadline.hold(this.#track(run.run()), () => run.tooLate());
  }

  async openSnapshot(): Promise<Snapshot> {
    const discard = (session: ClientSession) => session.endSession();
    const session = await this.#query((deadline) => this.#pinSnapshot(deadline), discard);
    return {
      read: async (request) => {
        if (session.hasEnded) throw new StoreUnavailable('The snapshot is closed.');
        return this.#query((deadline) => this.#reader.read(request, { session, deadline }));
      },
      close: () => session.endSession(),
    };
  }

  async due(kind: RecordKind, untilMs: number, limit: number, prefix = ''): Promise<readonly DueRecord[]> {
    return this.#query((deadline) => {
      return this.#sessions.use((session) => this.#reader.due(kind, { untilMs, limit, prefix }, { session, deadline }));
    });
  }

  /** MongoDB's TTL thread does it, by the dates in `purgeAt`. */
  async purge(): Promise<number> {
    this.#assertOpen();
    return 0;
  }

  async checkWritable(): Promise<void> {
    this.#assertOpen();
    const deadline = new Deadline(writeCheckTimeoutMs);
    await deadline.hold(this.#track(this.#writeCheck(deadline)));
  }

  now(): number {
    return this.#clock.now();
  }

  databaseNow(): number {
    return this.#clock.databaseNow();
  }

  async takeTurn(partition: string, timeoutMs: number): Promise<Turn | undefined> {
    this.#assertOpen();
    const deadline = new Deadline(timeoutMs);
    const request = new TurnRequest(this.#turns, partition, this.#turnWatch);
    return deadline.hold(this.#track(request.take(deadline)));
  }

  watch(kind: RecordKind, onPartition: (partition: string) => void): Watch {
    this.#assertOpen();
    this.#reader.assertKnown(kind);
    const watch = new InsertWatch(this.#reader.documents, kind.name, onPartition);
    this.#watches.add(watch);
    return {
      close: async () => {
        this.#watches.delete(watch);
        await watch.close();
      },
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const watches = [...this.#watches].map((watch) => watch.close());
    await Promise.allSettled([...this.#underWay, ...watches, this.#clock.stop()]);
    await this.#client.close();
  }

  /** The driver repeats a read on a new primary, which has to catch up first: what was found then is discarded. */
  async #query<T>(
    work: (deadline: Deadline) => Promise<T>,
    discard: (found: T) => Promise<void> = async () => {},
  ): Promise<T> {
    this.#assertOpen();
    const deadline = new Deadline(this.#operationTimeoutMs);
    const query = async (): Promise<T> => {
      try {
        for (;;) {
          await this.#catchUp();
          const primary = this.#knowingPrimary;
          const found = await work(deadline);
          if (primary === this.#primaryCount) return found;
          await discard(found);
        }
      } catch (error) {
        throw asStoreError(error);
      }
    };
    return deadline.hold(this.#track(query()));
  }

  /** A snapshot is pinned by its first read, so something is read now. */
  async #pinSnapshot(deadline: Deadline): Promise<ClientSession> {
    for (;;) {
      const session = this.#sessions.startSnapshot();
      try {
        const options = { session, projection: { _id: 1 }, maxTimeMS: Math.ceil(deadline.remainingMs) + 1 };
        await this.#reader.documents.findOne({ _id: '' }, options);
        if (!deadline.isOver && this.#sessions.isUpToDate(session)) return session;
      } catch (error) {
        await session.endSession();
        throw error;
      }
      await session.endSession();
      // The caller no longer waits.
      if (deadline.isOver) throw new StoreUnavailable('MongoDB took too long to open a snapshot.');
      await deadline.wait(1);
    }
  }

  /**
   * A new primary has everything acknowledged, but may not know that a majority has it, and then leaves it out of
   * majority reads. A write after it settles that: from then on reads wait for the write.
   */
  async #catchUp(): Promise<void> {
    if (this.#knowingPrimary === this.#primaryCount) return;
    this.#catchingUp ??= this.#writeCheck(new Deadline(this.#operationTimeoutMs)).finally(() => {
      this.#catchingUp = undefined;
    });
    await this.#catchingUp;
  }

  async #writeCheck(deadline: Deadline): Promise<void> {
    const primary = this.#primaryCount;
    try {
      await this.#sessions.use(async (session) => {
        const timeoutMs = Math.ceil(deadline.remainingMs);
        await this.#database.collection<{ _id: string }>(writeCheckCollection).updateOne(
          { _id: 'only' },
          { $currentDate: { checkedAt: true }, $inc: { count: 1 } },
          {
            session,
            upsert: true,
            maxTimeMS: timeoutMs,
            writeConcern: { w: 'majority', j: true, wtimeoutMS: timeoutMs },
          },
        );
        this.#sessions.acknowledge(session);
      });
      this.#knowingPrimary = Math.max(primary, this.#knowingPrimary);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    const done = (): void => void this.#underWay.delete(work);
    work.then(done, done);
    return work;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StoreUnavailable('The store is closed.');
  }
}
