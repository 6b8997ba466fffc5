import type { Environment } from '../environment.ts';
import type { Store, Turn } from '../store.ts';
import type { Job } from './command.ts';
import type { Waiting } from './lane.ts';

interface Partitioned extends Job {
  readonly partitions: readonly string[];
}

/** What this process knows of a contended partition. Partitions without contention aren't in the map. */
type Contention<Work extends Partitioned> =
  /** The last turn was one of several; the next command asks for another. */
  | { readonly state: 'expected' }
  | { readonly state: 'awaited'; readonly commands: Waiting<Work>[] }
  | { readonly state: 'granted'; readonly turn: Turn };

/** The commands that may run now, and the turns they use. */
export interface Admission<Work extends Job> {
  readonly batch: readonly Waiting<Work>[];
  readonly turns: ReadonlyMap<string, Turn>;
}

/** The longest random backoff of a command that lost a race, for stores without turns, in milliseconds. */
const longestBackoffMs = 8;

/** How long this process waits for a turn before it goes on without one, in milliseconds. */
const patienceMs = 1_000;

/** Beyond this many partitions nothing is remembered; it costs another lost race. */
const mostRemembered = 10_000;

/**
 * Makes processes that contend for a partition take turns, a batch each. Without it, the loser of a race reruns its
 * whole batch while the winner is a batch ahead, and loses again. It starts with the first lost race and ends when
 * nobody else asked for a turn. Correctness doesn't depend on it.
 */
export class Turns<Work extends Partitioned> {
  readonly #store: Store;
  readonly #environment: Environment;
  readonly #proceed: (commands: readonly Waiting<Work>[]) => void;
  readonly #contentions = new Map<string, Contention<Work>>();
  /** Commands that have waited once and don't wait again: one of several partitions could starve. */
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

  /** Holds back the commands that have to wait for a turn. */
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

  /** Call it when the batch is committed or given up. */
  end(turns: ReadonlyMap<string, Turn>): void {
    for (const [partition, turn] of turns) {
      void turn.end();
      this.#contentions.delete(partition);
      if (turn.isOneOfSeveral && this.#contentions.size < mostRemembered) {
        this.#contentions.set(partition, { state: 'expected' });
      }
    }
  }

  /** Has commands that lost a race on these partitions run again, in their turn. */
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

  /** Undefined if the store has no turns or can't give one: then the commit tells who was faster. */
  async #turn(partition: string): Promise<Turn | undefined> {
    if (this.#store.takeTurn !== undefined) return this.#store.takeTurn(partition, patienceMs).catch(() => undefined);
    await this.#environment.delay(this.#environment.random() * longestBackoffMs);
    return undefined;
  }
}
