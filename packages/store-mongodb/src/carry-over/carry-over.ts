import { setTimeout as delay } from 'node:timers/promises';

import type { RecordKind } from '@holdfast/engine/store';
import { TimeSlices } from '@holdfast/engine/time-slices';
import type { ClientSession, Db } from 'mongodb';

import type { StoredDocument } from '../documents.ts';
import { nodeEventLoop } from '../node-event-loop.ts';
import { oldHeadsCollection, recordsCollection } from '../schema/names.ts';
import { isInUse } from './is-in-use.ts';
import { closed, findOldHeads, oldCollections, raiseBarrier } from './old-layout.ts';
import type { OldCollection, OldDocument } from './old-layout.ts';
import { LostCarryOver, Progress } from './progress.ts';

export interface CarryOverOptions {
  readonly database: Db;
  readonly kinds: readonly RecordKind[];
  /** Called when it begins, and when it is done. */
  report(message: string): void;
}

const documentsPerStep = 500;

/** A process that carries over and makes no step for this long, in milliseconds, is presumed dead. */
const longestSilenceMs = 5_000;
const lookEveryMs = 100;

/** After the names of all collections. */
const everyCollection = '\u{10ffff}';

const inUseAdvice =
  'Stop all of them, and start this one again: it carries the database over, and they could not go on in it.';
const bothAdvice = 'That happens if an old backup is restored. Restore it into a database that is empty.';

/**
 * Carries a database over that has a collection for each kind, as earlier versions had it; any other one gets the
 * barrier, and that is all.
 *
 * First the old collections are closed, so that no process of an older version can write to them any more, whether it
 * runs or has been away. Then everything is copied, step by step; and only then they go.
 *
 * @throws An error that says what to do, if a process of an older version is running.
 */
export async function carryOver(options: CarryOverOptions): Promise<void> {
  await options.database.client.withSession({ causalConsistency: true }, (session) =>
    new CarryOver(options, session).run(),
  );
}

class CarryOver {
  readonly #database: Db;
  readonly #collections: readonly OldCollection[];
  readonly #report: (message: string) => void;
  readonly #session: ClientSession;
  readonly #progress: Progress;

  constructor({ database, kinds, report }: CarryOverOptions, session: ClientSession) {
    this.#database = database;
    this.#collections = oldCollections(kinds);
    this.#report = report;
    this.#session = session;
    this.#progress = new Progress(database, session);
  }

  async run(): Promise<void> {
    for (;;) {
      const heads = await findOldHeads(this.#database);
      if (heads === 'barrier') return this.#progress.end();
      if (heads === undefined) await raiseBarrier(this.#database);
      else if (await this.#isMine()) await this.#carryOver();
    }
  }

  /** Whether it is this process that carries over. If not, another one does, and has made a step meanwhile. */
  async #isMine(): Promise<boolean> {
    const seen = await this.#progress.find();
    if (seen === undefined) {
      await this.#refuse(await isInUse(this.#database), 'is in use by processes of an older version', inUseAdvice);
      await this.#refuse(
        await this.#hasRecords(),
        'has records of this version beside those of an older one',
        bothAdvice,
      );
      return this.#progress.begin();
    }
    for (const startMs = performance.now(); performance.now() - startMs < longestSilenceMs;) {
      await delay(lookEveryMs);
      if ((await this.#progress.find())?.steps !== seen.steps) return false;
    }
    return this.#progress.takeOver(seen);
  }

  /** Unless another process has begun meanwhile, or is done: then that is its work. */
  async #refuse(isNecessary: boolean, reason: string, advice: string): Promise<void> {
    if (!isNecessary || (await this.#progress.find()) !== undefined) return;
    if ((await findOldHeads(this.#database)) !== 'collection') return;
    throw new Error(`The database ${this.#database.databaseName} ${reason}. ${advice}`);
  }

  async #hasRecords(): Promise<boolean> {
    return (await this.#database.collection(recordsCollection).findOne({}, { projection: { _id: 1 } })) !== null;
  }

  async #carryOver(): Promise<void> {
    const startMs = performance.now();
    const { databaseName } = this.#database;
    this.#report(
      `The database ${databaseName} is of an older version, and is carried over; that one can't use it any more.`,
    );
    try {
      const count = await this.#copyAll();
      const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
      this.#report(`The database ${databaseName} has been carried over: ${count} heads and records in ${seconds} s.`);
    } catch (error) {
      if (!(error instanceof LostCarryOver)) throw error;
    }
  }

  async #copyAll(): Promise<number> {
    const present = await this.#present();
    for (const { name } of present)
      await this.#database.command(
        { collMod: name, ...closed, writeConcern: { w: 'majority' } },
        { session: this.#session },
      );
    const { collection, after } = (await this.#progress.find()) ?? { collection: '', after: '' };
    let count = 0;
    for (const each of present.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      if (each.name >= collection) count += await this.#copy(each, each.name === collection ? after : '');
    }
    await this.#progress.step(everyCollection, '');
    // The heads last: until they are gone, it isn't over.
    for (const { name } of present.toReversed()) await this.#drop(name);
    return count;
  }

  async #present(): Promise<readonly OldCollection[]> {
    const found = await this.#database.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
    const names = new Set(found.map(({ name }) => name));
    return this.#collections.filter(({ name }) => names.has(name));
  }

  async #copy({ name, toDocument }: OldCollection, from: string): Promise<number> {
    const slices = new TimeSlices(nodeEventLoop);
    let count = 0;
    for (let after = from; ;) {
      const found = await this.#database
        .collection<OldDocument>(name)
        .find({ _id: { $gt: after } }, { session: this.#session, readConcern: { level: 'majority' } })
        .sort({ _id: 1 })
        .limit(documentsPerStep)
        .toArray();
      const last = found.at(-1);
      if (last === undefined) return count;
      await this.#write(name, last._id, await slices.map(found, toDocument));
      after = last._id;
      count += found.length;
    }
  }

  async #write(name: string, after: string, documents: readonly StoredDocument[]): Promise<void> {
    const records = this.#database.collection<StoredDocument>(recordsCollection);
    const step = async () => {
      await this.#progress.step(name, after);
      await records.insertMany([...documents], { session: this.#session });
    };
    await this.#session.withTransaction(step, {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', j: true },
    });
  }

  /** Not the barrier, if another process has raised it meanwhile. */
  async #drop(name: string): Promise<void> {
    if (name === oldHeadsCollection && (await findOldHeads(this.#database)) !== 'collection') return;
    await this.#database.dropCollection(name, { writeConcern: { w: 'majority' } });
  }
}
