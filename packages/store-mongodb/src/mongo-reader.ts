import { emptyHead } from '@holdfast/engine/store';
import type {
  DueRecord,
  Head,
  RangeQuery,
  ReadRequest,
  ReadResult,
  RecordKey,
  RecordKind,
  StoredRecord,
} from '@holdfast/engine/store';
import { TimeSlices } from '@holdfast/engine/time-slices';
import type { ClientSession, Collection, Db, Document, FindOptions } from 'mongodb';

import type { Deadline } from './deadline.ts';
import { recordIdOf, tenantOf, toHead, toValue } from './documents.ts';
import type { HeadDocument, RecordDocument } from './documents.ts';
import { nodeEventLoop } from './node-event-loop.ts';
import { rangeFind, rangeMatch } from './range-find.ts';
import type { RangeFind } from './range-find.ts';
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

/** Some records of one kind: those with certain ids, or those of a range. */
interface Selection {
  readonly kind: RecordKind;
  readonly find: RangeFind;
  /** What to select by as a stage of a pipeline, if that is possible. */
  readonly match: Document | undefined;
}

type FoundDocument = Pick<RecordDocument, '_id' | 'id' | 'body'>;

type FoundRecord = StoredRecord & Pick<RecordDocument, '_id'>;

/** A pipeline has at most 1,000 stages. */
const mostSelectionsAtOnce = 256;

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
    const keysByKind = [...Map.groupBy(records, ({ kind }) => kind).values()];
    const found = await this.#select([...keysByKind.map(selectRecords), ...ranges.map(selectRange)], context);
    const values = new Map(
      keysByKind.map(([key], index) => [key!.kind.name, new Map(found[index]!.map(({ _id, value }) => [_id, value]))]),
    );
    return {
      heads: headsRead,
      records: records.map((key) => values.get(key.kind.name)?.get(recordIdOf(key))),
      ranges: found.slice(keysByKind.length).map((rows) => rows.map(({ id, value }) => ({ id, value }))),
    };
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

  /** What is selected in one round trip, in the order of the selections. */
  async #select(selections: readonly Selection[], context: ReadContext): Promise<FoundRecord[][]> {
    const found = selections.map((): FoundDocument[] => []);
    const isAlone = (index: number): boolean => selections.length === 1 || selections[index]!.match === undefined;
    const { alone = [], together = [] } = Object.groupBy(selections.keys(), (index) =>
      isAlone(index) ? 'alone' : 'together',
    );
    await Promise.all([
      ...alone.map(async (index) => void (found[index] = await this.#find(selections[index]!, context))),
      ...pieces(together).map(async (piece) => {
        for (const document of await this.#union(selections, piece, context)) found[document.selection]!.push(document);
      }),
    ]);
    const slices = new TimeSlices(nodeEventLoop);
    const values: FoundRecord[][] = [];
    for (const documents of found)
      values.push(await slices.map(documents, ({ _id, id, body }) => ({ _id, id, value: toValue({ body }) })));
    return values;
  }

  async #find({ kind, find: { isEmpty, filter, options } }: Selection, context: ReadContext): Promise<FoundDocument[]> {
    const records = this.recordsOf(kind);
    if (isEmpty) return [];
    return records
      .find(filter, { ...optionsFor(context, options.limit), ...options })
      .project<FoundDocument>({ id: 1, body: 1 })
      .toArray();
  }

  /** Several selections as one command, each with its own order and limit. */
  async #union(
    selections: readonly Selection[],
    piece: readonly number[],
    context: ReadContext,
  ): Promise<(FoundDocument & { readonly selection: number })[]> {
    const [first, ...others] = piece.map((index) => {
      const { kind, match, find } = selections[index]!;
      const { sort, limit } = find.options;
      const project = { id: 1, body: 1, selection: { $literal: index } };
      const ordered = sort === undefined ? [] : [{ $sort: sort }, { $limit: limit }];
      return {
        coll: this.recordsOf(kind).collectionName,
        pipeline: [{ $match: match }, ...ordered, { $project: project }],
      };
    });
    if (first === undefined) return [];
    const rowCount = piece.reduce((count, index) => count + selections[index]!.find.options.limit, 0);
    const pipeline = [...first.pipeline, ...others.map((other) => ({ $unionWith: other }))];
    return this.#database
      .collection(first.coll)
      .aggregate<FoundDocument & { selection: number }>(pipeline, optionsFor(context, rowCount))
      .toArray();
  }
}

function selectRecords(keys: readonly RecordKey[]): Selection {
  const match = { _id: { $in: keys.map(recordIdOf) }, tenant: { $in: tenantsOf(keys.map((key) => key.partition)) } };
  return { kind: keys[0]!.kind, find: { filter: match, options: { limit: keys.length } }, match };
}

function pieces(indexes: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(indexes.length / mostSelectionsAtOnce) }, (_, piece) =>
    indexes.slice(piece * mostSelectionsAtOnce, (piece + 1) * mostSelectionsAtOnce),
  );
}

function selectRange(query: RangeQuery): Selection {
  const find = rangeFind(query);
  return { kind: query.kind, find, match: rangeMatch(query) };
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
