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
import { assertRecord } from './integrity/checksums.ts';
import { damaged } from './integrity/damage.ts';
import { rangeParameters, rangeShape, rangeSql } from './range-sql.ts';
import { entryKind, headId, headKind, tableOf } from './schema/tables.ts';

/** Larger reads go row by row, so that they can yield; that takes 50 % longer. */
const mostRowsAtOnce = 256;

/** A record as it is kept. */
export interface Row {
  /** Its value as JSON. */
  readonly body: string;
  readonly checksum: number;
}

/** One connection to the file, and the statements that were prepared on it. */
export class Connection {
  readonly database: DatabaseSync;
  readonly #kindNames: ReadonlySet<string>;
  readonly #statements = new Map<string, StatementSync>();
  /** Constant while the file is open: a restore needs it closed. */
  readonly #sequenceFloor: number;

  constructor(database: DatabaseSync, kinds: readonly RecordKind[]) {
    this.database = database;
    this.#kindNames = new Set([headKind, ...kinds].map(({ name }) => name));
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
    const statement = this.#statementFor(kind, 'due', (table) => {
      return `SELECT partition, key, due_ms FROM ${table} INDEXED BY ${table}_due
        WHERE kind = ? AND due_ms <= ? AND substr(partition, 1, length(?)) = ? ORDER BY due_ms, partition, key LIMIT ?`;
    });
    const rows = statement.all(kind.name, untilMs, prefix, prefix, limit) as unknown as [string, string, number][];
    return rows.map(([partition, id, dueAtMs]) => ({ partition, id, dueAtMs }));
  }

  /** The first records of a kind whose purge time is over. */
  purgeable(kind: RecordKind, nowMs: number, limit: number): { partition: string; id: string; row: Row }[] {
    const statement = this.#statementFor(kind, 'purgeable', (table) => {
      return `SELECT partition, key, body, checksum FROM ${table} INDEXED BY ${table}_purge
        WHERE kind = ? AND purge_ms <= ? ORDER BY purge_ms LIMIT ?`;
    });
    const rows = statement.all(kind.name, nowMs, limit) as unknown as [string, string, string, number][];
    return rows.map(([partition, id, ...row]) => ({ partition, id, row: toRow({ kind, partition, id }, row) }));
  }

  /** The record's row, if there is one. */
  find({ kind, partition, id }: RecordKey): Row | undefined {
    const statement = this.#statementFor(kind, 'find', (table) => {
      return `SELECT body, checksum FROM ${table} WHERE partition = ? AND kind = ? AND key = ?`;
    });
    const row = statement.get(partition, kind.name, id) as unknown as [string, number] | undefined;
    return row && toRow({ kind, partition, id }, row);
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

  #statementFor(kind: RecordKind, purpose: string, sql: (table: string) => string): StatementSync {
    this.assertKnown(kind);
    const table = tableOf(kind);
    return this.statement(`${purpose} ${table}`, () => sql(table));
  }

  #readHead(partition: string): Head {
    const row = this.find({ kind: headKind, partition, id: headId });
    const head = row === undefined ? emptyHead : (JSON.parse(row.body) as Head);
    return head.sequence < this.#sequenceFloor ? { ...head, sequence: this.#sequenceFloor } : head;
  }

  #readRecord(key: RecordKey): RecordValue | undefined {
    const row = this.find(key);
    return row && (JSON.parse(row.body) as RecordValue);
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

type RecordRow = [id: string, body: string, checksum: number];
/** Of an index, with the entry that names the record. */
type IndexRow = [...(RecordRow | [id: null, body: null, checksum: null]), entry: string, entryChecksum: number];

function toStoredRecord({ kind, partition, index }: RangeQuery, row: unknown): StoredRecord {
  const [id, body, checksum, entry, entryChecksum] = row as RecordRow | IndexRow;
  if (id === null) throw damaged(`an index of ${kind.name} has what is not there`);
  if (index !== undefined) assertRecord(entryKind(kind, index).name, partition, entry!, id, entryChecksum!);
  return { id, value: JSON.parse(toRow({ kind, partition, id }, [body, checksum]).body) as RecordValue };
}

function toRow({ kind, partition, id }: RecordKey, [body, checksum]: [string, number]): Row {
  assertRecord(kind.name, partition, id, body, checksum);
  return { body, checksum };
}
