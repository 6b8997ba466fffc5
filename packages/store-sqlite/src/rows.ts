import type { RecordKind, RecordValue } from '@holdfast/engine/store';

import type { Connection, Row } from './connection.ts';
import { entryKey } from './index-keys.ts';
import { recordChecksum } from './integrity/checksums.ts';
import type { RunningTotal } from './integrity/file-state.ts';
import { entryKind, tableOf, timeIn } from './schema/tables.ts';

/** Changes rows within the caller's transaction: each record with the entries of its indexes, and the total of all. */
export class Rows {
  readonly #connection: Connection;
  readonly #total: RunningTotal;
  readonly #indexes = new Map<RecordKind, readonly (readonly [entries: RecordKind, fields: readonly string[]])[]>();

  constructor(connection: Connection, total: RunningTotal) {
    this.#connection = connection;
    this.#total = total;
  }

  /** Returns false if the record is there. */
  insert(kind: RecordKind, partition: string, id: string, value: RecordValue): boolean {
    const [dueAtMs, purgeAtMs] = [timeIn(value, kind.dueField), timeIn(value, kind.purgeField)];
    if (!this.#insertRow(kind, partition, id, JSON.stringify(value), dueAtMs, purgeAtMs)) return false;
    for (const [entries, fields] of this.#indexesOf(kind)) {
      const key = entryKey(fields, value, id);
      if (key !== undefined) this.#insertRow(entries, partition, key, id);
    }
    return true;
  }

  /** @param row - The record as it is. */
  replace(kind: RecordKind, partition: string, id: string, row: Row, value: RecordValue): void {
    const body = JSON.stringify(value);
    const checksum = recordChecksum(kind.name, partition, id, body);
    const indexes = this.#indexesOf(kind);
    const isPlain = indexes.length === 0 && kind.dueField === undefined && kind.purgeField === undefined;
    const before = isPlain ? {} : (JSON.parse(row.body) as RecordValue);
    const times = [timeIn(value, kind.dueField), timeIn(value, kind.purgeField)] as const;
    const haveTimesChanged = times[0] !== timeIn(before, kind.dueField) || times[1] !== timeIn(before, kind.purgeField);
    const statement = this.#connection.statement(haveTimesChanged ? 'replace' : 'replace but times', () => {
      const changed = haveTimesChanged ? ', due_ms = ?, purge_ms = ?' : '';
      return `UPDATE ${tableOf(kind)} SET body = ?, checksum = ?${changed} WHERE partition = ? AND kind = ? AND key = ?`;
    });
    statement.run(body, checksum, ...(haveTimesChanged ? times : []), partition, kind.name, id);
    this.#total.subtract(row.checksum);
    this.#total.add(checksum);
    for (const [entries, fields] of indexes) {
      const [old, key] = [entryKey(fields, before, id), entryKey(fields, value, id)];
      if (old === key) continue;
      if (old !== undefined) this.#deleteEntry(entries, partition, old, id);
      if (key !== undefined) this.#insertRow(entries, partition, key, id);
    }
  }

  /** @param row - The record as it is. */
  delete(kind: RecordKind, partition: string, id: string, row: Row): void {
    this.#deleteRow(kind, partition, id, row.checksum);
    const indexes = this.#indexesOf(kind);
    if (indexes.length === 0) return;
    const before = JSON.parse(row.body) as RecordValue;
    for (const [entries, fields] of indexes) {
      const key = entryKey(fields, before, id);
      if (key !== undefined) this.#deleteEntry(entries, partition, key, id);
    }
  }

  #insertRow(
    kind: RecordKind,
    partition: string,
    key: string,
    body: string,
    dueAtMs: number | null = null,
    purgeAtMs: number | null = null,
  ): boolean {
    const checksum = recordChecksum(kind.name, partition, key, body);
    const statement = this.#connection.statement(`insert ${tableOf(kind)}`, () => {
      return `INSERT INTO ${tableOf(kind)} (partition, kind, key, body, checksum, due_ms, purge_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
    });
    if (statement.run(partition, kind.name, key, body, checksum, dueAtMs, purgeAtMs).changes !== 1) return false;
    this.#total.add(checksum);
    return true;
  }

  #deleteEntry(entries: RecordKind, partition: string, key: string, id: string): void {
    this.#deleteRow(entries, partition, key, recordChecksum(entries.name, partition, key, id));
  }

  #deleteRow(kind: RecordKind, partition: string, key: string, checksum: number): void {
    const statement = this.#connection.statement(`delete ${tableOf(kind)}`, () => {
      return `DELETE FROM ${tableOf(kind)} WHERE partition = ? AND kind = ? AND key = ?`;
    });
    statement.run(partition, kind.name, key);
    this.#total.subtract(checksum);
  }

  #indexesOf(kind: RecordKind) {
    const known = this.#indexes.get(kind);
    if (known) return known;
    const indexes = Object.entries(kind.indexes).map(([name, fields]) => [entryKind(kind, name), fields] as const);
    this.#indexes.set(kind, indexes);
    return indexes;
  }
}
