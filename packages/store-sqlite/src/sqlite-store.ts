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
} from '@holdfast/engine/store';
import { TimeSlices } from '@holdfast/engine/time-slices';
import type { EventLoop } from '@holdfast/engine/time-slices';

import { Checkpointer } from './checkpoints/checkpointer.ts';
import type { Connection } from './connection.ts';
import type { FileClock } from './file-clock.ts';
import type { FileLock } from './file-lock.ts';
import type { Acknowledged } from './integrity/acknowledged.ts';
import type { Soundness } from './integrity/damage.ts';
import type { FileCheck } from './integrity/file-check.ts';
import { RunningTotal } from './integrity/file-state.ts';
import type { FileState } from './integrity/file-state.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { SnapshotReaders } from './snapshot-readers.ts';
import { asStoreError } from './sqlite-errors.ts';
import { Writer } from './writer.ts';

/** Records purged per transaction: a few milliseconds, in which nothing else runs. */
const purgeBatch = 250;

export interface SqliteStoreParts {
  readonly kinds: readonly RecordKind[];
  readonly lock: FileLock;
  /** The file's state as it was opened. */
  readonly state: FileState;
  readonly acknowledged: Acknowledged;
  readonly soundness: Soundness;
  /** Absent if the file was checked before it was opened. */
  readonly check: FileCheck | undefined;
  /** The writing connection. It also serves `read`, since its cache has the pages just written. */
  readonly connection: Connection;
  readonly clock: FileClock;
  readonly connectReader: () => Connection;
  /** Absent: Node's. */
  readonly eventLoop?: EventLoop;
}

const nodeEventLoop: EventLoop = { elapsedMs: () => performance.now(), schedule: setImmediate };

/**
 * Statements run synchronously in this thread: SQLite answers in microseconds, and the flush of a commit is shared by
 * its whole batch. Large reads and commits yield between statements; the connection stays theirs.
 */
export class SqliteStore implements Store {
  readonly #kinds: readonly RecordKind[];
  readonly #lock: FileLock;
  readonly #connection: Connection;
  readonly #clock: FileClock;
  readonly #writer: Writer;
  readonly #checkpointer: Checkpointer;
  readonly #readers: SnapshotReaders;
  readonly #eventLoop: EventLoop;
  readonly #acknowledged: Acknowledged;
  readonly #soundness: Soundness;
  readonly #check: FileCheck | undefined;
  /** Guards the writing connection. */
  readonly #turns = new OneAtATime();
  #isClosed = false;

  constructor(parts: SqliteStoreParts) {
    const { kinds, lock, state, acknowledged, soundness, check, connection, clock, connectReader } = parts;
    const { eventLoop = nodeEventLoop } = parts;
    this.#kinds = kinds;
    this.#lock = lock;
    this.#connection = connection;
    this.#clock = clock;
    this.#writer = new Writer({ connection, clock, total: new RunningTotal(state), acknowledged });
    this.#eventLoop = eventLoop;
    this.#acknowledged = acknowledged;
    this.#soundness = soundness;
    this.#check = check;
    this.#checkpointer = new Checkpointer(connection.database.location()!, () => {
      this.#tidy(() => this.#writer.finishCheckpoint());
    });
    this.#readers = new SnapshotReaders(connectReader, eventLoop, soundness, () => {
      this.#tidy(() => this.#writer.shortenLog());
    });
  }

  async read(request: ReadRequest): Promise<ReadResult> {
    return this.#do(() => {
      this.#connection.beginReading();
      return this.#connection.read(request, new TimeSlices(this.#eventLoop));
    });
  }

  /** Not while a commit or a large read yields: what is written there isn't committed, and the connection is theirs. */
  readNow(request: ReadRequest): ReadResult | undefined {
    if (!this.#turns.isFree) return undefined;
    this.#assertOpen();
    try {
      this.#connection.beginReading();
      return this.#connection.readNow(request);
    } catch (error) {
      throw this.#soundness.note(asStoreError(error));
    }
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const result = await this.#do(() => this.#writer.commit(commit, new TimeSlices(this.#eventLoop)));
    if (result.status === 'committed' && !this.#isClosed)
      this.#checkpointer.add(commit.heads.length + commit.writes.length);
    return result;
  }

  async openSnapshot(): Promise<Snapshot> {
    this.#assertOpen();
    try {
      return this.#readers.open();
    } catch (error) {
      throw this.#soundness.note(asStoreError(error));
    }
  }

  async due(kind: RecordKind, untilMs: number, limit: number, prefix = ''): Promise<readonly DueRecord[]> {
    return this.#do(() => this.#connection.due(kind, untilMs, limit, prefix));
  }

  async purge(nowMs: number, limit: number): Promise<number> {
    let purged = 0;
    for (const kind of this.#kinds) {
      for (;;) {
        const batch = Math.min(purgeBatch, limit - purged);
        const count = batch > 0 ? await this.#do(() => this.#writer.purge(kind, nowMs, batch)) : 0;
        this.#checkpointer.add(count);
        purged += count;
        if (count < purgeBatch) break;
        await new Promise(setImmediate);
      }
    }
    return purged;
  }

  async checkWritable(): Promise<void> {
    await this.#do(() => this.#writer.check());
  }

  now(): number {
    return this.#clock.now();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#readers.close();
      await this.#check?.stop();
      await this.#checkpointer.stop();
      // Checkpoints the WAL, so that the file alone can be copied.
      await this.#turns.run(() => {
        if (this.#soundness.isDamaged) return;
        this.#connection.endReading();
        this.#connection.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      });
    } catch (error) {
      // Without room for that nothing is lost: the WAL stays beside the file.
      const storeError = asStoreError(error);
      if (!(storeError instanceof StoreUnavailable)) throw storeError;
    } finally {
      this.#connection.close();
      this.#acknowledged.close();
      this.#lock.release();
    }
  }

  /** Runs work on the writing connection. */
  async #do<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await this.#turns.run(() => {
        this.#assertOpen();
        this.#connection.endReading();
        return work();
      });
    } catch (error) {
      throw this.#soundness.note(asStoreError(error));
    }
  }

  /** Runs optional work on the writing connection, for which nobody waits. */
  #tidy(work: () => void): void {
    void this.#turns.run(() => {
      if (!this.#connection.database.isOpen) return;
      this.#connection.endReading();
      work();
    });
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StoreUnavailable('The store is closed.');
    this.#soundness.assertSound();
  }
}
