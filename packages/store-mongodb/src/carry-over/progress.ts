import { randomUUID } from 'node:crypto';

import type { ClientSession, Collection, Db } from 'mongodb';

import { errorCodes, hasCode } from '../mongo-errors.ts';
import { carryOverCollection } from '../schema/names.ts';

/** How far a carry-over is, and who does it. */
export interface ProgressDocument {
  readonly _id: 'only';
  /** The name that the process gave itself. */
  readonly owner: string;
  /** Rises with each step. */
  readonly steps: number;
  /** The collection that is under way; those whose names come before it are done. */
  readonly collection: string;
  /** The `_id` of the last document that was carried over. */
  readonly after: string;
}

const only = { _id: 'only' } as const;
const majority = { writeConcern: { w: 'majority', j: true } } as const;

/** Another process has taken over. */
export class LostCarryOver extends Error {}

/**
 * The record of a carry-over. Each step is written in the transaction of what it carries over, and only by the owner:
 * so nothing is carried over twice, also if a process that was thought to be dead goes on.
 */
export class Progress {
  readonly #documents: Collection<ProgressDocument>;
  readonly #session: ClientSession;
  readonly #owner = randomUUID();

  /** @param session - One that is causally consistent: what is read in it has everything written before a step. */
  constructor(database: Db, session: ClientSession) {
    this.#documents = database.collection(carryOverCollection);
    this.#session = session;
  }

  async find(): Promise<ProgressDocument | undefined> {
    const options = { session: this.#session, readConcern: { level: 'majority' } } as const;
    return (await this.#documents.findOne(only, options)) ?? undefined;
  }

  /** Resolves to whether this process does it now. */
  async begin(): Promise<boolean> {
    const first = { ...only, owner: this.#owner, steps: 0, collection: '', after: '' };
    try {
      await this.#documents.insertOne(first, { session: this.#session, ...majority });
      return true;
    } catch (error) {
      if (hasCode(error, errorCodes.duplicateKey)) return false;
      throw error;
    }
  }

  /** Takes over from a process that has done nothing since. */
  async takeOver({ owner, steps }: ProgressDocument): Promise<boolean> {
    const update = { $set: { owner: this.#owner }, $inc: { steps: 1 } };
    const options = { session: this.#session, ...majority };
    return (await this.#documents.updateOne({ ...only, owner, steps }, update, options)).matchedCount === 1;
  }

  async step(collection: string, after: string): Promise<void> {
    const update = { $set: { collection, after }, $inc: { steps: 1 } };
    const options = { session: this.#session, ...(!this.#session.inTransaction() && majority) };
    const { matchedCount } = await this.#documents.updateOne({ ...only, owner: this.#owner }, update, options);
    if (matchedCount === 0) throw new LostCarryOver();
  }

  async end(): Promise<void> {
    await this.#documents.deleteOne(only, { session: this.#session, ...majority });
  }
}
