import type { Environment } from '../environment.ts';
import type { Store, Turn } from '../store.ts';
import type { Job, Waiting } from './lane.ts';

/** Something that decides on partitions. */
interface Partitioned extends Job {
  readonly partitions: readonly string[];
}

/** What this process knows of a partition to which others write too. Of all the other partitions it knows nothing. */
type Contention<Work extends Partitioned> =
  /** The last turn was one of several; the next command asks for another. */
  | { readonly state: 'expected' }
  | { readonly state: 'awaited'; readonly commands: Waiting<Work>[] }
  | { readonly state: 'granted'; readonly turn: Turn };

/** A batch, as far as it may be decided now, and the turns that it takes up. */
export interface Admission<Work extends Job> {
  readonly batch: readonly Waiting<Work>[];
  readonly turns: ReadonlyMap<string, Turn>;
}

/** Without turns, a command that lost a race stands back for so long at most, in milliseconds. */
const longestBackoffMs = 8;

/** Others write as long as that at most before this process goes on without a turn, in milliseconds. */
const patienceMs = 1_000;

/** Of more partitions nothing is remembered: the worst of it is another lost race. */
const mostRemembered = 10_000;

/**
 * Has processes that write to the same partition take turns, a batch each. Left alone, whoever loses a race decides its
 * whole batch again while the winner is a batch further, and loses again. It begins with the first race that is lost,
 * and ends when nobody else was there for a turn. Nothing but speed depends on it.
 */
export class Turns<Work extends Partitioned> {
  readonly #store: Store;
  readonly #environment: Environment;
  readonly #proceed: (commands: readonly Waiting<Work>[]) => void;
  readonly #contentions = new Map<string, Contention<Work>>();
  /** They have waited once, which is enough: a command of several partitions might wait for one after the other for ever. */
  readonly #ready = new WeakSet<Waiting<Work>>();
  #awaitedCount = 0;

  /** @param proceed - Takes commands back whose turn has come. */
  constructor(store: Store, environment: Environment, proceed: (commands: readonly Waiting<Work>[]) => void) {
    this.#store = store;
    this.#environment = environment;
    this.#proceed = proceed;
  }

  /** Whether commands are waiting for their turn. */
  get isAwaited(): boolean {
    return this.#awaitedCount > 0;
  }

  /** Keeps back the commands that have to wait for a turn. */
  admit(commands: readonly Waiting<Work>[]): Admission<Work> {
    const batch = commands.filter((command) => this.#ready.has(command) || !this.#awaitsAny(command));
    const partitions = new Set(batch.flatMap(({ job }) => job.partitions));
    const turns = new Map<string, Turn>();
    for (const partition of partitions) {
      const contention = this.#contentions.get(partition);
      if (contention?.state === 'granted') turns.set(partition, contention.turn);
    }
    return { batch, turns };
  }

  /** To be called when a batch is committed or given up. */
  end(turns: ReadonlyMap<string, Turn>): void {
    for (const [partition, turn] of turns) {
      void turn.end();
      this.#contentions.delete(partition);
      if (turn.isOneOfSeveral && this.#contentions.size < mostRemembered) {
        this.#contentions.set(partition, { state: 'expected' });
      }
    }
  }

  /** Has commands decided again in their turn, because another process was faster on these partitions. */
  standBack(commands: readonly Waiting<Work>[], moved: ReadonlySet<string>): void {
    for (const command of commands)
      this.#await(
        command,
        command.job.partitions.find((each) => moved.has(each))!,
      );
  }

  #awaitsAny(command: Waiting<Work>): boolean {
    const partition = command.job.partitions.find((each) => {
      const state = this.#contentions.get(each)?.state;
      return state === 'expected' || state === 'awaited';
    });
    if (partition !== undefined) this.#await(command, partition);
    return partition !== undefined;
  }

  #await(command: Waiting<Work>, partition: string): void {
    const contention = this.#contentions.get(partition);
    if (contention?.state === 'awaited') contention.commands.push(command);
    else void this.#takeTurn(partition, [command]);
  }

  async #takeTurn(partition: string, commands: Waiting<Work>[]): Promise<void> {
    this.#contentions.set(partition, { state: 'awaited', commands });
    this.#awaitedCount += 1;
    const turn = await this.#turn(partition);
    this.#awaitedCount -= 1;
    if (turn === undefined) this.#contentions.delete(partition);
    else this.#contentions.set(partition, { state: 'granted', turn });
    for (const command of commands) this.#ready.add(command);
    this.#proceed(commands);
  }

  /** Undefined where there are none, or nobody can be asked for one: then the commit will tell. */
  async #turn(partition: string): Promise<Turn | undefined> {
    if (this.#store.takeTurn !== undefined) return this.#store.takeTurn(partition, patienceMs).catch(() => undefined);
    await this.#environment.delay(this.#environment.random() * longestBackoffMs);
    return undefined;
  }
}
