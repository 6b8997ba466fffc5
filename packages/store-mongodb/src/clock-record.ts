import type { Collection, Db } from 'mongodb';

import { errorCodes, hasCode } from './mongo-errors.ts';
import { clockCollection, headsCollection } from './names.ts';

/** What processes that share a database have agreed on about the time. */
export interface AgreedTime {
  /** The shared time minus the database's clock, as that stood when somebody last looked. */
  readonly aheadMs: number;
  /** The latest shared time that a process has gone by and told. */
  readonly toldMs: number;
  /** The shared time at which `aheadMs` was last brought nearer to nothing. */
  readonly slewedMs: number;
  /** Who is running, as far as anybody can tell: names that processes gave themselves. */
  readonly processes: readonly string[];
}

/** The agreement, and the database's clock at the very moment at which it was so. */
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

/** The record in the database by which processes agree on the time. */
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
   * Looks at the agreement and at the database's clock, in one step: a clock that is set between the two would seem to
   * be right. Leaves word that this process is running, and what its time is if it has one.
   */
  async look(process: string, nowMs: number | undefined): Promise<SeenTime | undefined> {
    const update = {
      $currentDate: { databaseAt: true as const },
      $addToSet: { processes: process },
      ...(nowMs !== undefined && { $max: { toldMs: nowMs } }),
    };
    // Who begins goes by what it finds, so it asks a primary that a majority follows.
    const writeConcern = nowMs === undefined ? { w: 'majority' as const, wtimeoutMS: this.#timeoutMs } : { w: 1 };
    const options = { returnDocument: 'after' as const, writeConcern, maxTimeMS: this.#timeoutMs };
    const found = await this.#documents.findOneAndUpdate(only, update, options);
    if (found === null) return undefined;
    const { _id, databaseAt, ...agreed } = found;
    return { ...agreed, databaseMs: databaseAt.getTime() };
  }

  /** Makes the first agreement, unless somebody else has by now. */
  async create(agreed: AgreedTime): Promise<void> {
    const document = { ...only, ...agreed, revision: 0, databaseAt: new Date(0) };
    try {
      await this.#documents.insertOne(document, { writeConcern: { w: 'majority', wtimeoutMS: this.#timeoutMs } });
    } catch (error) {
      if (!hasCode(error, errorCodes.duplicateKey)) throw error;
    }
  }

  /** Resolves to whether that is agreed now; it isn't if somebody else was faster. */
  async correct(revision: number, { toldMs, ...changed }: Partial<AgreedTime>): Promise<boolean> {
    const update = { $set: changed, $inc: { revision: 1 }, ...(toldMs !== undefined && { $max: { toldMs } }) };
    const options = { maxTimeMS: this.#timeoutMs, writeConcern: { w: 1 } };
    return (await this.#documents.updateOne({ ...only, revision }, update, options)).matchedCount === 1;
  }

  /** Leaves word that this process isn't running any more. */
  async leave(process: string): Promise<void> {
    const options = { maxTimeMS: this.#timeoutMs, writeConcern: { w: 1 } };
    await this.#documents.updateOne(only, { $pull: { processes: process } }, options);
  }

  /** For a database that was written before there was an agreement in it: the latest time of any partition. */
  async latestHead(): Promise<number> {
    const latest = this.#database
      .collection(headsCollection)
      .aggregate<{ nowMs: number }>([{ $group: { _id: null, nowMs: { $max: '$nowMs' } } }], {
        readConcern: { level: 'majority' },
      });
    return (await latest.next())?.nowMs ?? 0;
  }

  async databaseNow(): Promise<number> {
    const { localTime } = await this.#database.command({ hello: 1 });
    return (localTime as Date).getTime();
  }
}
