import type { Document, MongoClient, UUID } from 'mongodb';

import type { Deadline } from './deadline.ts';

/** Nothing is looked at before a commit has tried for so long, in milliseconds: hardly ever, however many write. */
const patienceMs = 500;

/** How often a process looks, at most, in milliseconds. */
const lookEveryMs = 250;

/** A transaction in which nothing is done for so long, in milliseconds, is abandoned. */
const abandonedAfterMs = 1_500;

interface IdleTransaction {
  readonly lsid: { readonly id: UUID };
  readonly transaction: {
    readonly parameters: { readonly txnNumber: unknown };
    /** Grows with each command. */
    readonly timeActiveMicros: unknown;
  };
}

/**
 * Ends the transactions that killed processes have left open: MongoDB itself leaves them, with all that they lock, until
 * their lifetime is over, a minute unless set otherwise.
 *
 * One of a process that merely stood still may be among them. That is safe: its commit fails, and is tried again. Only
 * transactions of this database's Holdfasts are looked at, and of the same MongoDB user, who needs no privilege for it.
 */
export class AbandonedTransactions {
  readonly #client: MongoClient;
  /** When each was seen first as it is now. */
  #seen: ReadonlyMap<string, number> = new Map();
  #looked: Promise<void> = Promise.resolve();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(client: MongoClient) {
    this.#client = client;
  }

  /**
   * Ends what has been abandoned, if a commit in conflict has tried for long. Never rejects: whoever can't end it waits
   * for MongoDB to do so.
   */
  async end(commitBeganAtMs: number, deadline: Deadline): Promise<void> {
    const nowMs = performance.now();
    if (nowMs < commitBeganAtMs + patienceMs) return;
    if (nowMs >= this.#lookedAtMs + lookEveryMs) {
      this.#lookedAtMs = nowMs;
      this.#looked = this.#lookAndEnd(nowMs, Math.ceil(deadline.remainingMs) + 1).catch(() => undefined);
    }
    await this.#looked;
  }

  async #lookAndEnd(nowMs: number, maxTimeMS: number): Promise<void> {
    const admin = this.#client.db('admin');
    const { appName } = this.#client.options;
    const pipeline: Document[] = [
      { $currentOp: { allUsers: false, idleSessions: true } },
      { $match: { type: 'idleSession', appName, transaction: { $exists: true } } },
      { $project: { lsid: 1, transaction: 1 } },
    ];
    const idle = await admin.aggregate<IdleTransaction>(pipeline, { maxTimeMS }).toArray();
    const seenBefore = this.#seen;
    const sinceMs = (each: IdleTransaction) => seenBefore.get(stateOf(each)) ?? nowMs;
    this.#seen = new Map(idle.map((each) => [stateOf(each), sinceMs(each)]));
    const abandoned = idle.filter((each) => sinceMs(each) <= nowMs - abandonedAfterMs);
    // Given no session, the command would kill all of them.
    if (abandoned.length === 0) return;
    await admin.command({ killSessions: abandoned.map(({ lsid: { id } }) => ({ id })), maxTimeMS });
  }
}

function stateOf({ lsid, transaction: { parameters, timeActiveMicros } }: IdleTransaction): string {
  return [lsid.id, parameters.txnNumber, timeActiveMicros].join();
}
