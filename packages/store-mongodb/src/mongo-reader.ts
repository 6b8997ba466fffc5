import { emptyHead } from '@holdfast/engine/store';
import type { DueRecord, Head, ReadRequest, ReadResult, RecordKind } from '@holdfast/engine/store';
import { TimeSlices } from '@holdfast/engine/time-slices';
import type { ClientSession, Collection, Db, Document, FindOptions } from 'mongodb';

import type { Deadline } from './deadline.ts';
import { tenantOf, toHead, toValue } from './documents.ts';
import type { HeadDocument, RecordDocument, StoredDocument } from './documents.ts';
import { headIdOf, partsOf, recordIdOf, recordIdsIn } from './keys.ts';
import { nodeEventLoop } from './node-event-loop.ts';
import { dueIndexName, recordsCollection } from './schema/names.ts';
import { selectionById, selectionOf } from './selection.ts';
import type { Selection } from './selection.ts';

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

/** A pipeline has at most 1,000 stages. */
const mostSelectionsAtOnce = 256;

export interface MongoReaderParts {
  readonly database: Db;
  readonly kinds: readonly RecordKind[];
  readonly sequenceFloor: number;
  readonly isSharded: boolean;
}

/** The queries; the session decides which state they see. */
export class MongoReader {
  readonly documents: Collection<StoredDocument>;
  readonly #kindNames: ReadonlySet<string>;
  readonly #sequenceFloor: number;
  readonly #isSharded: boolean;

  constructor({ database, kinds, sequenceFloor, isSharded }: MongoReaderParts) {
    this.documents = database.collection<StoredDocument>(recordsCollection);
    this.#kindNames = new Set(kinds.map(({ name }) => name));
    this.#sequenceFloor = sequenceFloor;
    this.#isSharded = isSharded;
  }

  assertKnown({ name }: RecordKind): void {
    if (!this.#kindNames.has(name)) throw new Error(`The store was not opened for the kind ${name}.`);
  }

  async read({ heads = [], records = [], ranges = [] }: ReadRequest, context: ReadContext): Promise<ReadResult> {
    for (const { kind } of [...records, ...ranges]) this.assertKnown(kind);
    const byId = selectionById(
      [...heads, ...records.map(({ partition }) => partition)],
      [...heads.map(headIdOf), ...records.map(recordIdOf)],
    );
    const byRange = ranges.map(selectionOf);
    // In a snapshot it doesn't matter what is read first.
    const hasHeadsToReadFirst = heads.length > 0 && byRange.length > 0 && !context.session.snapshotEnabled;
    const [found = [], ...rows] = hasHeadsToReadFirst
      ? [...(await this.#select([byId], context)), ...(await this.#select(byRange, context))]
      : await this.#select([byId, ...byRange], context);
    const documents = new Map(found.map((document) => [document._id, document]));
    const slices = new TimeSlices(nodeEventLoop);
    return {
      heads: heads.map((partition) => this.headIn(documents, partition)),
      records: await slices.map(records, (key) => {
        const document = documents.get(recordIdOf(key)) as RecordDocument | undefined;
        return document && toValue(document);
      }),
      ranges: await slices.map(rows, (ofRange) => {
        return slices.map(ofRange as RecordDocument[], (one) => ({ id: partsOf(one._id).id, value: toValue(one) }));
      }),
    };
  }

  headIn(documents: ReadonlyMap<string, StoredDocument>, partition: string): Head {
    const document = documents.get(headIdOf(partition)) as HeadDocument | undefined;
    const head = document === undefined ? emptyHead : toHead(document);
    return head.sequence < this.#sequenceFloor ? { ...head, sequence: this.#sequenceFloor } : head;
  }

  async due(kind: RecordKind, { untilMs, limit, prefix }: DueQuery, context: ReadContext): Promise<DueRecord[]> {
    this.assertKnown(kind);
    if (kind.dueField === undefined) return [];
    const ids = prefix === '' ? {} : { _id: recordIdsIn(prefix) };
    const found = await this.documents
      .find({ kind: kind.name, dueAtMs: { $exists: true, $lte: untilMs }, ...ids }, optionsFor(context, limit))
      .hint(dueIndexName)
      .sort({ dueAtMs: 1, _id: 1 })
      .limit(limit)
      .project<Pick<RecordDocument, '_id'> & { dueAtMs: number }>({ dueAtMs: 1 })
      .toArray();
    return found.map(({ _id, dueAtMs }) => ({ ...partsOf(_id), dueAtMs }));
  }

  /** The documents with these ids, heads before records. */
  async readById(selection: Selection, context: ReadContext): Promise<ReadonlyMap<string, StoredDocument>> {
    const [found = []] = await this.#select([selection], context);
    return new Map(found.map((document) => [document._id, document]));
  }

  /** What is selected in one round trip, in the order of the selections. */
  async #select(selections: readonly Selection[], context: ReadContext): Promise<StoredDocument[][]> {
    const found = selections.map((): StoredDocument[] => []);
    const asked = [...selections.entries()].filter(([, { limit }]) => limit > 0);
    const [[index, alone] = [], ...others] = asked;
    if (index !== undefined && alone !== undefined && others.length === 0) {
      found[index] = await this.#find(alone, context);
      return found;
    }
    await Promise.all(
      inPieces(asked).map(async (piece) => {
        for (const { selection, ...document } of await this.#union(piece, context)) found[selection]!.push(document);
      }),
    );
    return found;
  }

  async #find(selection: Selection, context: ReadContext): Promise<StoredDocument[]> {
    const { field, limit } = selection;
    return this.documents
      .find(this.#matchOf(selection), optionsFor(context, limit))
      .hint({ [field]: 1 })
      .sort(orderOf(selection))
      .limit(limit)
      .toArray();
  }

  /** Several selections as one command, each with its own order and limit. */
  async #union(
    selections: readonly (readonly [number, Selection])[],
    context: ReadContext,
  ): Promise<(StoredDocument & { readonly selection: number })[]> {
    const [first = [], ...others] = selections.map(([index, selection]) => [
      { $match: this.#matchOf(selection) },
      { $sort: orderOf(selection) },
      { $limit: selection.limit },
      { $addFields: { selection: { $literal: index } } },
    ]);
    const rowCount = selections.reduce((count, [, { limit }]) => count + limit, 0);
    const unions = others.map((pipeline) => ({ $unionWith: { coll: this.documents.collectionName, pipeline } }));
    return this.documents
      .aggregate<StoredDocument & { selection: number }>([...first, ...unions], optionsFor(context, rowCount))
      .toArray();
  }

  /** A shard is found by tenant. */
  #matchOf({ match, partitions }: Selection): Document {
    return this.#isSharded ? { tenant: { $in: [...new Set(partitions.map(tenantOf))] }, ...match } : match;
  }
}

function orderOf({ field, descending }: Selection): Record<string, 1 | -1> {
  return { [field]: descending ? -1 : 1 };
}

function inPieces<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / mostSelectionsAtOnce) }, (_, piece) =>
    all.slice(piece * mostSelectionsAtOnce, (piece + 1) * mostSelectionsAtOnce),
  );
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
