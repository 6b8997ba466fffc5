import type { Collection, Db } from 'mongodb';

import type { HeadDocument } from '../documents.ts';
import { headIds } from '../keys.ts';
import { errorCodes, hasCode } from '../mongo-errors.ts';
import { clockCollection, recordsCollection } from '../schema/names.ts';

/** The time that processes on one database have agreed on. */
export interface AgreedTime {
  /** The shared time minus the database's clock, when last checked. */
  readonly aheadMs: number;
  /** The latest shared time that a process has used and published. */
  readonly toldMs: number;
  /** The shared time at which `aheadMs` was last slewed. */
  readonly slewedMs: number;
  /** The processes thought to be running, by the names they gave themselves. */
  readonly processes: readonly string[];
}

/** The agreement, and the database's clock at the same moment. */
export interface SeenTime extends AgreedTime {
  readonly databaseMs: number;
  /** Rises with each correction. */
  readonly revision: number;
}

interface ClockDocument {
  readonly _id: 'only';
  readonly aheadMs: number;
  readonly toldMs: number;
  readonly slewedMs: number;
  readonly processes: readonly string[];
  readonly revision: number;
  readonly databaseAt: Date;
}

const only = { _id: 'only' } as const;

/** The record through which processes agree on the time. */
export class ClockRecord {
  readonly #database: Db;
  readonly #documents: Collection<ClockDocument>;
  readonly #timeoutMs: number;

  constructor(database: Db, timeoutMs: number) {
    this.#database = database;
    this.#documents = database.collection(clockCollection);
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Reads the agreement and the database's clock atomically: a clock that is set between the two would seem right. Also
   * publishes that this process is running, and its time if it has one.
   */
  async look(process: string, nowMs: number | undefined): Promise<SeenTime | undefined> {
    const update = {
      $currentDate: { databaseAt: true as const },
      $addToSet: { processes: process },
      ...(nowMs !== undefined && { $max: { toldMs: nowMs } }),
    };
    // A process that starts relies on what it reads, so it needs a primary with a majority.
    const writeConcern = nowMs === undefined ? { w: 'majority' as const, wtimeoutMS: this.#timeoutMs } : { w: 1 };
    const options = { returnDocument: 'after' as const, writeConcern, maxTimeMS: this.#timeoutMs };
    const found = await this.#documents.findOneAndUpdate(only, update, options);
    if (found === null) return undefined;
    const { _id, databaseAt, ...agreed } = found;
    return { ...agreed, databaseMs: databaseAt.getTime() };
  }

  /** Creates the first agreement, unless another process has. */
  async create(agreed: AgreedTime): Promise<void> {
    const document = { ...only, ...agreed, revision: 0, databaseAt: new Date(0) };
    try {
      await this.#documents.insertOne(document, { writeConcern: { w: 'majority', wtimeoutMS: this.#timeoutMs } });
    } catch (error) {
      if (!hasCode(error, errorCodes.duplicateKey)) throw error;
    }
  }

  /** Resolves to whether the correction won; another process may have been faster. */
  async correct(revision: number, { toldMs, ...changed }: Partial<AgreedTime>): Promise<boolean> {
    const update = { $set: changed, $inc: { revision: 1 }, ...(toldMs !== undefined && { $max: { toldMs } }) };
    const options = { maxTimeMS: this.#timeoutMs, writeConcern: { w: 1 } };
    return (await this.#documents.updateOne({ ...only, revision }, update, options)).matchedCount === 1;
  }

  /** Publishes that this process has stopped. */
  async leave(process: string): Promise<void> {
    const options = { maxTimeMS: this.#timeoutMs, writeConcern: { w: 1 } };
    await this.#documents.updateOne(only, { $pull: { processes: process } }, options);
  }

  /** For a database from before the agreement existed: the latest time of any partition. */
  async latestHead(): Promise<number> {
    const latest = this.#database
      .collection<HeadDocument>(recordsCollection)
      .aggregate<{ nowMs: number }>(
        [{ $match: { _id: headIds } }, { $group: { _id: null, nowMs: { $max: '$nowMs' } } }],
        { readConcern: { level: 'majority' } },
      );
    return (await latest.next())?.nowMs ?? 0;
  }

  async databaseNow(): Promise<number> {
    const { localTime } = await this.#database.command({ hello: 1 });
    return (localTime as Date).getTime();
  }
}
