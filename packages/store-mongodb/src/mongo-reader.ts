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
import { TimeSlices } from '@holdfast/engine/time-slices';
import type { ClientSession, Collection, Db, FindOptions } from 'mongodb';

import type { Deadline } from './deadline.ts';
import { recordIdOf, tenantOf, toHead, toValue } from './documents.ts';
import type { HeadDocument, RecordDocument } from './documents.ts';
import { nodeEventLoop } from './node-event-loop.ts';
import { rangeFind } from './range-find.ts';
import { dueIndexName, headsCollection } from './schema/names.ts';

/** In which session to read, and for how long. */
export interface ReadContext {
  readonly session: ClientSession;
  readonly deadline: Deadline;
}

/** The arguments of {@link MongoReader.due}. */
interface DueQuery {
  readonly untilMs: number;
  readonly limit: number;
  /** How the partitions begin. */
  readonly prefix: string;
}

/** The queries; the session decides which state they see. */
export class MongoReader {
  readonly #database: Db;
  readonly #kindNames: ReadonlySet<string>;
  readonly #sequenceFloor: number;

  constructor(database: Db, kinds: readonly RecordKind[], sequenceFloor: number) {
    this.#database = database;
    this.#sequenceFloor = sequenceFloor;
    this.#kindNames = new Set(kinds.map(({ name }) => name));
  }

  get heads(): Collection<HeadDocument> {
    return this.#database.collection<HeadDocument>(headsCollection);
  }

  recordsOf(kind: RecordKind): Collection<RecordDocument> {
    if (!this.#kindNames.has(kind.name)) throw new Error(`The store was not opened for the kind ${kind.name}.`);
    return this.#database.collection<RecordDocument>(kind.name);
  }

  async read({ heads = [], records = [], ranges = [] }: ReadRequest, context: ReadContext): Promise<ReadResult> {
    const headsRead = await this.readHeads(heads, context);
    const [recordsRead, rangesRead] = await Promise.all([
      this.#readRecords(records, context),
      Promise.all(ranges.map((query) => this.#readRange(query, context))),
    ]);
    return { heads: headsRead, records: recordsRead, ranges: rangesRead };
  }

  async readHeads(partitions: readonly string[], context: ReadContext): Promise<Head[]> {
    if (partitions.length === 0) return [];
    const filter = { _id: { $in: [...partitions] }, tenant: { $in: tenantsOf(partitions) } };
    const found = await this.heads.find(filter, optionsFor(context, partitions.length)).toArray();
    const heads = new Map(found.map((document) => [document._id, toHead(document)]));
    return partitions.map((partition) => this.#withFloor(heads.get(partition) ?? emptyHead));
  }

  async due(kind: RecordKind, { untilMs, limit, prefix }: DueQuery, context: ReadContext): Promise<DueRecord[]> {
    if (kind.dueField === undefined) return [];
    const partition = prefix === '' ? {} : { partition: { $gte: prefix, $lt: `${prefix}\u{10ffff}` } };
    return this.recordsOf(kind)
      .find({ dueAtMs: { $exists: true, $lte: untilMs }, ...partition }, optionsFor(context, limit))
      .hint(dueIndexName)
      .sort({ dueAtMs: 1, partition: 1, id: 1 })
      .limit(limit)
      .project<DueRecord>({ _id: 0, partition: 1, id: 1, dueAtMs: 1 })
      .toArray();
  }

  #withFloor(head: Head): Head {
    return head.sequence < this.#sequenceFloor ? { ...head, sequence: this.#sequenceFloor } : head;
  }

  async #readRecords(keys: readonly RecordKey[], context: ReadContext): Promise<(RecordValue | undefined)[]> {
    const keysByKind = Map.groupBy(keys, ({ kind }) => kind.name);
    const values = new Map<string, Map<string, RecordValue>>();
    await Promise.all(
      [...keysByKind].map(async ([name, keysOfKind]) => values.set(name, await this.#readOfKind(keysOfKind, context))),
    );
    return keys.map((key) => values.get(key.kind.name)?.get(recordIdOf(key)));
  }

  async #readOfKind(keys: readonly RecordKey[], context: ReadContext): Promise<Map<string, RecordValue>> {
    const tenants = tenantsOf(keys.map(({ partition }) => partition));
    const found = await this.recordsOf(keys[0]!.kind)
      .find({ _id: { $in: keys.map(recordIdOf) }, tenant: { $in: tenants } }, optionsFor(context, keys.length))
      .project<Pick<RecordDocument, '_id' | 'body'>>({ body: 1 })
      .toArray();
    const values = await new TimeSlices(nodeEventLoop).map(found, toValue);
    return new Map(found.map(({ _id }, index) => [_id, values[index]!]));
  }

  async #readRange(query: RangeQuery, context: ReadContext): Promise<StoredRecord[]> {
    const records = this.recordsOf(query.kind);
    const { isEmpty, filter, options } = rangeFind(query);
    if (isEmpty) return [];
    const found = await records
      .find(filter, { ...optionsFor(context, query.limit), ...options })
      .project<Pick<RecordDocument, 'id' | 'body'>>({ _id: 0, id: 1, body: 1 })
      .toArray();
    return new TimeSlices(nodeEventLoop).map(found, (document) => ({ id: document.id, value: toValue(document) }));
  }
}

function optionsFor({ session, deadline }: ReadContext, rowCount: number): FindOptions {
  return {
    session,
    // A snapshot session has its own read concern, which this one would override.
    ...(!session.snapshotEnabled && { readConcern: { level: 'majority' } }),
    maxTimeMS: Math.ceil(deadline.remainingMs) + 1,
    // All in the first batch, instead of 101 documents and another round trip. A batch ends at 16 MB in any case.
    batchSize: rowCount + 1,
  };
}

function tenantsOf(partitions: readonly string[]): string[] {
  return [...new Set(partitions.map(tenantOf))];
}
