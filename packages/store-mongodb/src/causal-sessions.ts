import type { ClientSession, MongoClient, Timestamp } from 'mongodb';

/**
 * Causally consistent sessions: they see every write that was acknowledged to this process.
 *
 * A majority read alone doesn't guarantee that right after a failover: the new primary has every acknowledged write,
 * but may not know yet that a majority has it, and then reads from before it. Given the write's operation time, it
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

  /** Call it after a majority has acknowledged a write in the session. */
  acknowledge({ operationTime }: ClientSession): void {
    if (operationTime && !this.#sees(operationTime)) this.#acknowledged = operationTime;
  }

  /** A snapshot session. Its state is pinned by its first read. */
  startSnapshot(): ClientSession {
    return this.#client.startSession({ snapshot: true });
  }

  /** Whether a snapshot has everything acknowledged. The driver doesn't expose its time. */
  isUpToDate(snapshot: ClientSession): boolean {
    const { snapshotTime } = snapshot as { snapshotTime?: Timestamp };
    return !snapshotTime || !this.#acknowledged || snapshotTime.greaterThanOrEqual(this.#acknowledged);
  }

  #sees(time: Timestamp): boolean {
    return this.#acknowledged !== undefined && this.#acknowledged.greaterThanOrEqual(time);
  }
}
