import type { ClientSession, MongoClient, Timestamp } from 'mongodb';

/**
 * Sessions in which everything that this process was told to be durable is visible.
 *
 * A majority read alone doesn't promise that right after a change of the primary: the new one has every acknowledged
 * write, but may not yet know that a majority has it, and then answers from before it. Told the time of the write, it
 * waits until it knows.
 */
export class CausalSessions {
  readonly #client: MongoClient;
  #acknowledged: Timestamp | undefined;

  constructor(client: MongoClient) {
    this.#client = client;
  }

  async use<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    const session = this.start();
    try {
      return await work(session);
    } finally {
      await session.endSession();
    }
  }

  start(): ClientSession {
    const session = this.#client.startSession({ causalConsistency: true });
    if (this.#acknowledged) session.advanceOperationTime(this.#acknowledged);
    return session;
  }

  /** To be called when a write in the session was acknowledged by a majority. */
  acknowledge({ operationTime }: ClientSession): void {
    if (operationTime && !this.#sees(operationTime)) this.#acknowledged = operationTime;
  }

  /** A session all of whose reads see one state, which isn't pinned before its first read. */
  startSnapshot(): ClientSession {
    return this.#client.startSession({ snapshot: true });
  }

  /** Whether the state that a snapshot was pinned to has all that was acknowledged. The driver doesn't publish its time. */
  isUpToDate(snapshot: ClientSession): boolean {
    const { snapshotTime } = snapshot as { snapshotTime?: Timestamp };
    return !snapshotTime || !this.#acknowledged || snapshotTime.greaterThanOrEqual(this.#acknowledged);
  }

  #sees(time: Timestamp): boolean {
    return this.#acknowledged !== undefined && this.#acknowledged.greaterThanOrEqual(time);
  }
}
