import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

import { emptyHead } from '@holdfast/engine/store';
import type {
  DueRecord,
  Head,
  RangeQuery,
  ReadRequest,
  ReadResult,
  RecordKey,
  RecordKind,
  RecordValue,
  StoredRecord,
} from '@holdfast/engine/store';
import type { TimeSlices } from '@holdfast/engine/time-slices';

import { readSequenceFloor } from './backup/sequence-floor.ts';
import { assertHead, assertRecord } from './integrity/check-file.ts';
import { rangeParameters, rangeShape, rangeSql } from './range-sql.ts';
import { columnOf, dueIndexOf, headsTable, tableOf } from './schema/table-names.ts';

/** Larger reads go row by row, so that they can yield; that takes 50 % longer. */
const mostRowsAtOnce = 256;

/** One connection to the file, and the statements that were prepared on it. */
export class Connection {
  readonly database: DatabaseSync;
  readonly #kindNames: ReadonlySet<string>;
  readonly #statements = new Map<string, StatementSync>();
  /** Constant while the file is open: a restore needs it closed. */
  readonly #sequenceFloor: number;

  constructor(database: DatabaseSync, kinds: readonly RecordKind[]) {
    this.database = database;
    this.#kindNames = new Set(kinds.map(({ name }) => name));
    this.#sequenceFloor = readSequenceFloor(database);
  }

  /**
   * One lock for all that is read until {@link endReading}, instead of one for each key. Where only this connection
   * writes, nothing read meanwhile is out of date.
   */
  beginReading(): void {
    if (!this.database.isTransaction) this.run('BEGIN');
  }

  endReading(): void {
    if (this.database.isTransaction) this.run('COMMIT');
  }

  /** Within the transaction that the caller has begun. Nobody else may use the connection meanwhile, even if it yields. */
  async read({ heads = [], records = [], ranges = [] }: ReadRequest, slices: TimeSlices): Promise<ReadResult> {
    return {
      heads: await slices.map(heads, (partition) => this.#readHead(partition)),
      records: await slices.map(records, (key) => this.#readRecord(key)),
      ranges: await slices.map(ranges, (query) => this.#readRange(query, slices)),
    };
  }

  /** The same without yielding; undefined if that might take long. */
  readNow({ heads = [], records = [], ranges = [] }: ReadRequest): ReadResult | undefined {
    if (ranges.some(({ limit }) => limit > mostRowsAtOnce)) return undefined;
    return {
      heads: heads.map((partition) => this.#readHead(partition)),
      records: records.map((key) => this.#readRecord(key)),
      ranges: ranges.map((query) => this.#readRangeNow(query)),
    };
  }

  due(kind: RecordKind, untilMs: number, limit: number, prefix: string): DueRecord[] {
    if (kind.dueField === undefined) return [];
    const column = columnOf(kind.dueField);
    const statement = this.#statementFor(kind, 'due', () => {
      return `SELECT partition, id, ${column} FROM ${tableOf(kind)} INDEXED BY ${dueIndexOf(kind)}
        WHERE ${column} <= ? AND substr(partition, 1, length(?)) = ? ORDER BY ${column}, partition, id LIMIT ?`;
    });
    const rows = statement.all(untilMs, prefix, prefix, limit) as unknown as [string, string, number][];
    return rows.map(([partition, id, dueAtMs]) => ({ partition, id, dueAtMs }));
  }

  /** Runs a statement, and returns how many rows it changed. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return Number(this.statement(sql, () => sql).run(...parameters).changes);
  }

  /** A prepared statement. Rows come as arrays, which is cheaper than as objects. */
  statement(name: string, sql: () => string): StatementSync {
    const known = this.#statements.get(name);
    if (known) return known;
    const statement = this.database.prepare(sql(), { returnArrays: true });
    this.#statements.set(name, statement);
    return statement;
  }

  assertKnown(kind: RecordKind): void {
    if (!this.#kindNames.has(kind.name)) throw new Error(`The store was not opened for the kind ${kind.name}.`);
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  #statementFor(kind: RecordKind, purpose: string, sql: () => string): StatementSync {
    this.assertKnown(kind);
    return this.statement(`${purpose} ${kind.name}`, sql);
  }

  #readHead(partition: string): Head {
    const head = this.#readStoredHead(partition);
    return head.sequence < this.#sequenceFloor ? { ...head, sequence: this.#sequenceFloor } : head;
  }

  #readStoredHead(partition: string): Head {
    const sql = `SELECT version, now_ms, sequence, checksum FROM ${headsTable} WHERE partition = ?`;
    const row = this.statement('head', () => sql).get(partition) as unknown as HeadRow | undefined;
    if (row === undefined) return emptyHead;
    const head = { version: row[0], nowMs: row[1], sequence: row[2] };
    assertHead(partition, head, row[3]);
    return head;
  }

  #readRecord({ kind, partition, id }: RecordKey): RecordValue | undefined {
    const sql = () => `SELECT body, checksum FROM ${tableOf(kind)} WHERE partition = ? AND id = ?`;
    const row = this.#statementFor(kind, 'record', sql).get(partition, id) as unknown as [string, number] | undefined;
    return row && readBody(kind, partition, id, ...row);
  }

  #readRange(query: RangeQuery, slices: TimeSlices): StoredRecord[] | Promise<StoredRecord[]> {
    if (query.limit <= mostRowsAtOnce) return this.#readRangeNow(query);
    return readInSlices(query, this.#rangeStatement(query).iterate(...rangeParameters(query)), slices);
  }

  #readRangeNow(query: RangeQuery): StoredRecord[] {
    const rows = this.#rangeStatement(query).all(...rangeParameters(query));
    return rows.map((row) => toStoredRecord(query, row));
  }

  #rangeStatement(query: RangeQuery): StatementSync {
    this.assertKnown(query.kind);
    return this.statement(`range ${rangeShape(query)}`, () => rangeSql(query));
  }
}

async function readInSlices(query: RangeQuery, rows: Iterable<unknown>, slices: TimeSlices): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (const row of rows) {
    if (slices.isOver) await slices.pause();
    records.push(toStoredRecord(query, row));
  }
  return records;
}

function toStoredRecord({ kind, partition }: RangeQuery, row: unknown): StoredRecord {
  const [id, body, checksum] = row as [string, string, number];
  return { id, value: readBody(kind, partition, id, body, checksum) };
}

type HeadRow = [version: number, nowMs: number, sequence: number, checksum: number];

function readBody({ name }: RecordKind, partition: string, id: string, body: string, checksum: number): RecordValue {
  assertRecord(name, partition, id, body, checksum);
  return JSON.parse(body) as RecordValue;
}
