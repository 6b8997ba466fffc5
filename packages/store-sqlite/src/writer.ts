import { statSync } from 'node:fs';

import { emptyHead } from '@holdfast/engine/store';
import type { Commit, CommitResult, Head, RecordKey, RecordKind, RecordValue, Write } from '@holdfast/engine/store';
import type { TimeSlices } from '@holdfast/engine/time-slices';

import type { Connection, Row } from './connection.ts';
import type { FileClock } from './file-clock.ts';
import type { Acknowledged } from './integrity/acknowledged.ts';
import type { RunningTotal } from './integrity/file-state.ts';
import { Rows } from './rows.ts';
import { headId, headKind, roomCheckTable, stateTable, timeIn, writeCheckTable } from './schema/tables.ts';
import { asStoreError, isDiskFull } from './sqlite-errors.ts';

const longLogBytes = 32 * 1_024 * 1_024;

/** As much as a large commit takes. */
const wantedRoomBytes = 1_024 * 1_024;

export interface WriterParts {
  readonly connection: Connection;
  readonly clock: FileClock;
  readonly total: RunningTotal;
  readonly acknowledged: Acknowledged;
}

/** The single writer: all changes of the file, one transaction at a time. */
export class Writer {
  readonly #connection: Connection;
  readonly #clock: FileClock;
  readonly #rows: Rows;
  readonly #total: RunningTotal;
  readonly #acknowledged: Acknowledged;
  #wasFull = false;

  constructor({ connection, clock, total, acknowledged }: WriterParts) {
    this.#connection = connection;
    this.#clock = clock;
    this.#total = total;
    this.#acknowledged = acknowledged;
    this.#rows = new Rows(connection, total);
  }

  /** Its transaction stays open while it yields: nobody else may use the connection until it is done. */
  async commit(commit: Commit, slices: TimeSlices): Promise<CommitResult> {
    let isCommitting = false;
    try {
      this.#begin();
      const result = await this.#writeAll(commit, slices);
      await slices.pause();
      isCommitting = result.status === 'committed';
      this.#end(isCommitting);
      return result;
    } catch (error) {
      throw this.#failed(error, isCommitting);
    }
  }

  /** Deletes up to `limit` purgeable records of one kind. */
  purge(kind: RecordKind, nowMs: number, limit: number): number {
    if (kind.purgeField === undefined) return 0;
    try {
      this.#begin();
      const purgeable = this.#connection.purgeable(kind, nowMs, limit);
      for (const { partition, id, row } of purgeable) this.#rows.delete(kind, partition, id, row);
      this.#end(purgeable.length > 0);
      return purgeable.length;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /**
   * A small write, flushed like any other. After a full disk there must be room for a large one, or readiness would
   * flap with each page left while requests fail.
   */
  check(): void {
    try {
      if (this.#wasFull) this.#checkRoom();
      this.#wasFull = false;
      this.#connection.run(`UPDATE ${writeCheckTable} SET count = count + 1`);
    } catch (error) {
      this.#wasFull ||= isDiskFull(error);
      throw error;
    }
  }

  /** Checkpoints what was committed since the {@link Checkpointer} ran, so that the WAL can be reset. */
  finishCheckpoint(): void {
    this.#checkpoint('PASSIVE');
  }

  /**
   * A checkpoint can't reset the WAL while a snapshot is open, and under steady load one may always be. So when none
   * is, a WAL larger than twice its usual size is truncated.
   */
  shortenLog(): void {
    const size = statSync(`${this.#connection.database.location()}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (size >= longLogBytes) this.#checkpoint('TRUNCATE');
  }

  #checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void {
    try {
      this.#connection.database.exec(`PRAGMA wal_checkpoint(${mode})`);
    } catch {
      // Nothing is lost: the WAL stays, and the next writer reports what is wrong with the disk.
    }
  }

  /** The first deletion is for what a kill left. In one transaction the filler would never reach the disk. */
  #checkRoom(): void {
    this.#connection.run(`DELETE FROM ${roomCheckTable}`);
    this.#connection.run(`INSERT INTO ${roomCheckTable} VALUES (zeroblob(?))`, wantedRoomBytes);
    this.#connection.run(`DELETE FROM ${roomCheckTable}`);
  }

  async #writeAll({ heads, writes, nowMs }: Commit, slices: TimeSlices): Promise<CommitResult> {
    const areMoved = await slices.map(heads, (head) => this.#moveHead(head));
    const moved = heads.filter((_, index) => areMoved[index] === false);
    if (moved.length > 0) return { status: 'moved', partitions: moved.map(({ partition }) => partition) };
    const areWritten = await slices.map(writes, (write) => this.#write(write, nowMs));
    const existing = writes.filter((_, index) => areWritten[index] === false);
    if (existing.length > 0) return { status: 'exists', keys: existing.map(({ key }) => key) };
    if (heads.length > 0) this.#clock.keep(nowMs);
    return { status: 'committed' };
  }

  #begin(): void {
    this.#connection.run('BEGIN IMMEDIATE');
    this.#total.begin();
  }

  /** Commits what was written since {@link #begin}, with the total, or rolls it back. */
  #end(isKept: boolean): void {
    if (!isKept) return void this.#connection.run('ROLLBACK');
    const { commits, total } = this.#total.next();
    this.#connection.run(`UPDATE ${stateTable} SET commits = ?, total = ?`, commits, total);
    this.#connection.run('COMMIT');
    this.#acknowledged.write(this.#total.committed());
  }

  #failed(error: unknown, isCommitting = false): unknown {
    this.#rollBack();
    this.#wasFull ||= isDiskFull(error);
    return asStoreError(error, { isCommitting });
  }

  /** Returns false if the head has another version. */
  #moveHead({ partition, expectedVersion, head }: Commit['heads'][number]): boolean {
    const row = this.#connection.find({ kind: headKind, partition, id: headId });
    const { version } = row === undefined ? emptyHead : (JSON.parse(row.body) as Head);
    if (version !== expectedVersion) return false;
    this.#put({ kind: headKind, partition, id: headId }, row, head as Head & RecordValue);
    return true;
  }

  /** Returns false if an insert found a record. */
  #write(write: Write, nowMs: number): boolean {
    const { kind, partition, id } = write.key;
    this.#connection.assertKnown(kind);
    if (write.type === 'insert') {
      if (this.#rows.insert(kind, partition, id, write.value)) return true;
      const row = this.#connection.find(write.key)!;
      const purgeAtMs = timeIn(JSON.parse(row.body) as RecordValue, kind.purgeField);
      if (purgeAtMs === null || purgeAtMs > nowMs) return false;
      this.#rows.delete(kind, partition, id, row);
      return this.#rows.insert(kind, partition, id, write.value);
    }
    const row = this.#connection.find(write.key);
    if (write.type === 'put') this.#put(write.key, row, write.value);
    else if (row) this.#rows.delete(kind, partition, id, row);
    return true;
  }

  #put({ kind, partition, id }: RecordKey, row: Row | undefined, value: RecordValue): void {
    if (kind.appendOnly) throw new Error(`The kind ${kind.name} is append-only: its records are never put.`);
    if (row) this.#rows.replace(kind, partition, id, row, value);
    else this.#rows.insert(kind, partition, id, value);
  }

  #rollBack(): void {
    // After some errors SQLite has rolled back by itself.
    if (this.#connection.database.isOpen && this.#connection.database.isTransaction) this.#connection.run('ROLLBACK');
  }
}
