import { StoreUnavailable } from '@holdfast/engine/store';
import type {
  Commit,
  CommitResult,
  DueRecord,
  ReadRequest,
  ReadResult,
  RecordKind,
  Snapshot,
  Store,
  Turn,
} from '@holdfast/engine/store';

import type { SeededRandom } from '../../faults/seeded-random.ts';
import type { Faults } from '../world/faults.ts';
import type { Owner, Scheduler } from '../world/scheduler.ts';
import type { Trace } from '../world/trace.ts';
import type { TurnQueues } from './turn-queues.ts';

/** What all processes share. */
export interface SharedStore {
  /** Everything that is committed. */
  readonly committed: Store;
  /** Absent: the store gives no turns. */
  readonly turns: TurnQueues | undefined;
  readonly disk: Owner;
}

/** Of a process that uses the store. */
export interface StoreUser {
  readonly number: number;
  /** Whoever is answered: once it is dead, nobody. */
  readonly owner: Owner;
  /** Whether what was on its way to the store when the process died got lost. */
  readonly hasLostRequests: () => boolean;
}

export interface StoreWorld {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly faults: Faults;
  readonly trace: Trace;
}

const noRows: ReadResult = { heads: [], records: [], ranges: [] };

/** Of the parts of a read, so many come so much later than the others that much is committed in between. */
const lateShare = 0.1;
const lateTimes = 30;

/** How long a process waits for anything but a commit. */
const operationTimeoutMs = 5_000;

/** Of those on the way while commits get lost. */
const lostShare = 0.4;

/**
 * A store as one process sees it. Whatever it is asked arrives after a while, and so does the answer: both may be
 * overtaken by others. The README says what else it may do.
 */
export class SimulatedStore implements Store {
  readonly takeTurn?: (partition: string, timeoutMs: number) => Promise<Turn | undefined>;
  readonly #shared: SharedStore;
  readonly #user: StoreUser;
  readonly #world: StoreWorld;
  #underWayCount = 0;

  constructor(shared: SharedStore, user: StoreUser, world: StoreWorld) {
    this.#shared = shared;
    this.#user = user;
    this.#world = world;
    const { turns } = shared;
    if (turns !== undefined) this.takeTurn = (partition, timeoutMs) => this.#takeTurn(turns, partition, timeoutMs);
  }

  /** Heads first, and then the rest bit by bit: others may commit in between. */
  read({ heads = [], records = [], ranges = [] }: ReadRequest): Promise<ReadResult> {
    const { committed } = this.#shared;
    const half = this.#world.random.integer(records.length + 1);
    return this.#answered('read', async () => {
      const first = await this.#atStore('reads heads', () => committed.read({ heads }));
      const rest = await Promise.all([
        this.#readSome({ records: records.slice(0, half) }),
        this.#readSome({ records: records.slice(half) }),
        this.#readSome({ ranges }),
      ]);
      return {
        heads: first.heads,
        records: rest.flatMap((part) => part.records),
        ranges: rest.flatMap((part) => part.ranges),
      };
    });
  }

  commit(commit: Commit, deadlineMs: number): Promise<CommitResult> {
    const { trace } = this.#world;
    const fate = this.#drawFate();
    trace.note(`commit ${fate}`);
    const write = async () => {
      if (fate === 'not written') await this.#atStore('loses a commit', () => fail('The commit was lost.', true));
      const result = await this.#atStore('commits', () => this.#shared.committed.commit(commit, deadlineMs));
      trace.note(`commit ${result.status}`);
      if (fate === 'answer lost') return fail('The answer was lost.', true);
      return result;
    };
    return this.#answered('commit', write, { afterMs: deadlineMs, outcomeUnknown: true });
  }

  openSnapshot(): Promise<Snapshot> {
    return this.#answered('open snapshot', async () => {
      const snapshot = await this.#atStore('opens a snapshot', () => this.#shared.committed.openSnapshot());
      return {
        read: (request) =>
          this.#answered('read snapshot', () => this.#atStore('reads a snapshot', () => snapshot.read(request))),
        close: () => snapshot.close(),
      };
    });
  }

  due(kind: RecordKind, untilMs: number, limit: number, prefix?: string): Promise<readonly DueRecord[]> {
    const look = () => this.#shared.committed.due(kind, untilMs, limit, prefix);
    return this.#answered('due', () => this.#atStore('looks for what is due', look));
  }

  purge(nowMs: number, limit: number): Promise<number> {
    return this.#answered('purge', () => this.#atStore('purges', () => this.#shared.committed.purge(nowMs, limit)));
  }

  checkWritable(): Promise<void> {
    return this.#answered('check', () => this.#atStore('checks', () => this.#shared.committed.checkWritable()));
  }

  async close(): Promise<void> {
    while (this.#underWayCount > 0) await this.#world.scheduler.sleep(1, this.#shared.disk, 'waits to close');
    await this.#shared.committed.close();
  }

  async #readSome(request: ReadRequest): Promise<ReadResult> {
    const { records = [], ranges = [] } = request;
    if (records.length + ranges.length === 0) return noRows;
    const { random, scheduler } = this.#world;
    if (random.chance(lateShare)) await scheduler.sleep(lateTimes * this.#drawDelay(), this.#shared.disk, 'reads late');
    return this.#atStore('reads records', () => this.#shared.committed.read(request));
  }

  #takeTurn(turns: TurnQueues, partition: string, timeoutMs: number): Promise<Turn | undefined> {
    return this.#answered('turn', async () => {
      await this.#atStore('asks for a turn', async () => {});
      const isLost = this.#hasFault('lostTurns') && this.#world.random.chance(lostShare);
      if (isLost)
        return this.#world.scheduler.sleep(timeoutMs, this.#shared.disk, 'forgets a turn').then(() => undefined);
      this.#world.trace.note('turn asked for');
      const turn = await new Promise<Turn | undefined>((give) =>
        turns.ask(partition, timeoutMs, this.#user.owner, give),
      );
      return turn && { ...turn, end: () => this.#atStore('ends a turn', () => turn.end()).catch(() => {}) };
    });
  }

  /** What the store did comes back to the process a while later, in whatever order, unless it has given up by then. */
  #answered<Result>(
    what: string,
    work: () => Promise<Result>,
    { afterMs, outcomeUnknown } = { afterMs: operationTimeoutMs, outcomeUnknown: false },
  ): Promise<Result> {
    const { scheduler, trace } = this.#world;
    return new Promise((resolve, reject) => {
      const cancel = scheduler.after(afterMs, this.#user.owner, `gives up a ${what}`, () => {
        trace.note(`${what} given up`);
        reject(new StoreUnavailable(`The ${what} took too long.`, { outcomeUnknown }));
      });
      void this.#hear(what, work).then((settled) => {
        cancel();
        if (settled.status === 'fulfilled') resolve(settled.value);
        else reject(settled.reason);
      });
    });
  }

  async #hear<Result>(what: string, work: () => Promise<Result>): Promise<PromiseSettledResult<Result>> {
    const { scheduler } = this.#world;
    this.#underWayCount += 1;
    // What a busy process asks leaves it when it has come so far.
    const aheadMs = this.#user.owner.busyUntilMs - scheduler.nowMs;
    if (aheadMs > 0) await scheduler.sleep(aheadMs, this.#shared.disk, `is about to be asked for a ${what}`);
    const settled = await work().then(
      (value) => ({ status: 'fulfilled', value }) as const,
      (reason: unknown) => ({ status: 'rejected', reason }) as const,
    );
    await scheduler.sleep(this.#drawDelay(), this.#user.owner, `hears of its ${what}`);
    this.#underWayCount -= 1;
    return settled;
  }

  /** Does it after a while, at one moment. */
  async #atStore<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const { scheduler, faults } = this.#world;
    const label = `${what} for ${this.#user.owner.name}`;
    await scheduler.sleep(this.#drawDelay(), this.#shared.disk, label);
    const outage = faults.at('storeAway', scheduler.nowMs);
    if (outage?.hangs === true) await scheduler.sleep(outage.toMs - scheduler.nowMs, this.#shared.disk, label);
    if (outage?.hangs === false) return fail('The store is away.', false);
    if (this.#user.hasLostRequests()) return new Promise(() => {});
    return work();
  }

  #drawFate(): 'written' | 'not written' | 'answer lost' {
    const { random } = this.#world;
    if (!this.#hasFault('lostCommits') || !random.chance(lostShare)) return 'written';
    return random.chance(0.5) ? 'not written' : 'answer lost';
  }

  #hasFault(type: 'lostCommits' | 'lostTurns'): boolean {
    return this.#world.faults.at(type, this.#world.scheduler.nowMs, this.#user.number) !== undefined;
  }

  /** Mostly well below a millisecond, now and then much longer. */
  #drawDelay(): number {
    const { random, faults, scheduler } = this.#world;
    const times = faults.at('slowStore', scheduler.nowMs, this.#user.number)?.times ?? 1;
    const kind = random.fraction();
    const usualMs = 0.02 + 0.4 * random.fraction();
    return times * usualMs * (kind < 0.9 ? 1 : kind < 0.99 ? 10 : 60);
  }
}

function fail(message: string, outcomeUnknown: boolean): Promise<never> {
  return Promise.reject(new StoreUnavailable(message, { outcomeUnknown }));
}
