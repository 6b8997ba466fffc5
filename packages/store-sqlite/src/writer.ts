import { statSync } from 'node:fs';
import type { SQLInputValue, StatementSync } from 'node:sqlite';

import type { Commit, CommitResult, RecordKind, RecordValue, Write } from '@holdfast/engine/store';
import type { TimeSlices } from '@holdfast/engine/time-slices';

import type { Connection } from './connection.ts';
import type { FileClock } from './file-clock.ts';
import type { Acknowledged } from './integrity/acknowledged.ts';
import { headChecksum, recordChecksum, totalLimit } from './integrity/checksums.ts';
import type { RunningTotal } from './integrity/file-state.ts';
import {
  columnOf,
  fieldsOf,
  headsTable,
  purgeIndexOf,
  roomCheckTable,
  stateTable,
  tableOf,
  writeCheckTable,
} from './schema/table-names.ts';
import { asStoreError, isDiskFull } from './sqlite-errors.ts';

const longLogBytes = 32 * 1_024 * 1_024;

/** As much as a large commit takes. */
const wantedRoomBytes = 1_024 * 1_024;

export interface WriterParts {
  readonly connection: Connection;
  readonly clock: FileClock;
  readonly kinds: readonly RecordKind[];
  readonly total: RunningTotal;
  readonly acknowledged: Acknowledged;
}

/** The single writer: all changes of the file, one transaction at a time. */
export class Writer {
  readonly #connection: Connection;
  readonly #clock: FileClock;
  readonly #fields: ReadonlyMap<string, readonly string[]>;
  readonly #total: RunningTotal;
  readonly #acknowledged: Acknowledged;
  #wasFull = false;

  constructor({ connection, clock, kinds, total, acknowledged }: WriterParts) {
    this.#connection = connection;
    this.#clock = clock;
    this.#total = total;
    this.#acknowledged = acknowledged;
    this.#fields = new Map(kinds.map((kind) => [kind.name, fieldsOf(kind)]));
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
      const rows = this.#statementFor('purge', kind, purgeSql).all(nowMs, limit) as unknown as [number][];
      for (const [checksums] of rows) this.#total.subtract(checksums);
      this.#end(rows.length > 0);
      return rows.length;
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
    const { version, nowMs, sequence } = head;
    const checksum = headChecksum(partition, head);
    this.#total.add(checksum);
    const values = [version, nowMs, sequence, checksum, partition];
    if (expectedVersion === 0) return this.#connection.run(insertHeadSql, ...values) === 1;
    return this.#connection.run(updateHeadSql, ...values, expectedVersion) === 1;
  }

  /** Returns false if an insert found a record. */
  #write(write: Write, nowMs: number): boolean {
    const { kind, partition, id } = write.key;
    if (write.type === 'delete') {
      const row = this.#statementFor('delete', kind, deleteSql).get(partition, id) as unknown as [number] | undefined;
      if (row) this.#total.subtract(row[0]);
      return true;
    }
    const body = JSON.stringify(write.value);
    const checksum = recordChecksum(kind.name, partition, id, body);
    this.#total.add(checksum);
    const parameters = [partition, id, body, checksum, ...this.#indexed(kind, write.value)];
    if (write.type === 'put') {
      this.#statementFor('put', kind, putSql).run(...parameters);
      return true;
    }
    if (kind.purgeField !== undefined) parameters.push(nowMs);
    return this.#statementFor('insert', kind, insertSql).run(...parameters).changes === 1;
  }

  #indexed(kind: RecordKind, value: RecordValue): SQLInputValue[] {
    const fields = this.#fields.get(kind.name) ?? [];
    return fields.map((field) => {
      const component = value[field];
      return typeof component === 'string' || typeof component === 'number' ? component : null;
    });
  }

  #statementFor(purpose: string, kind: RecordKind, sql: (kind: RecordKind) => string): StatementSync {
    this.#connection.assertKnown(kind);
    return this.#connection.statement(`${purpose} ${kind.name}`, () => sql(kind));
  }

  #rollBack(): void {
    // After some errors SQLite has rolled back by itself.
    if (this.#connection.database.isOpen && this.#connection.database.isTransaction) this.#connection.run('ROLLBACK');
  }
}

/** See {@link FileState.total}: what is on the right side is the row as it was. */
const addToEarlier = `earlier = (earlier + checksum) % ${totalLimit}`;

const insertHeadSql = `INSERT OR IGNORE INTO ${headsTable} (version, now_ms, sequence, checksum, partition, earlier)
  VALUES (?, ?, ?, ?, ?, 0)`;
const updateHeadSql = `UPDATE ${headsTable}
  SET version = ?, now_ms = ?, sequence = ?, checksum = ?, ${addToEarlier}
  WHERE partition = ? AND version = ?`;

function deleteSql(kind: RecordKind): string {
  return `DELETE FROM ${tableOf(kind)} WHERE partition = ? AND id = ? RETURNING checksum + earlier`;
}

function purgeSql(kind: RecordKind): string {
  const [table, column] = [tableOf(kind), columnOf(kind.purgeField!)];
  return `DELETE FROM ${table} WHERE (partition, id) IN (
      SELECT partition, id FROM ${table} INDEXED BY ${purgeIndexOf(kind)}
      WHERE ${column} <= ? ORDER BY ${column} LIMIT ?
    ) RETURNING checksum + earlier`;
}

function putSql(kind: RecordKind): string {
  const columns = ['partition', 'id', 'body', 'checksum', ...fieldsOf(kind).map(columnOf)];
  const replaced = columns.slice(2).map((column) => `${column} = excluded.${column}`);
  return `INSERT INTO ${tableOf(kind)} (${columns.join(', ')}, earlier) VALUES (${columns.map(() => '?').join(', ')}, 0)
    ON CONFLICT (partition, id) DO UPDATE SET ${replaced.join(', ')}, ${addToEarlier}`;
}

/** Changes no row if a record exists that must not be replaced. */
function insertSql(kind: RecordKind): string {
  if (kind.purgeField === undefined) return putSql(kind).replace(/DO UPDATE SET .*$/s, 'DO NOTHING');
  return `${putSql(kind)} WHERE ${tableOf(kind)}.${columnOf(kind.purgeField)} <= ?`;
}
