import type { Environment } from '../environment.ts';
import type { DueRecord, RecordKind, Store } from '../store.ts';
import type { Command } from './command.ts';
import type { Executor } from './executor.ts';

export interface SweepParts {
  readonly store: Store;
  readonly executor: Pick<Executor, 'execute'>;
  readonly environment: Environment;
  /** How long one command may try, in milliseconds. */
  readonly timeoutMs: number;
}

/** A kind of record that becomes due, and the command that ends it then. */
export interface SweptKind {
  readonly kind: RecordKind;
  /** How many are fetched at once. */
  readonly found: number;
  /** The most that one command ends, so that live requests don't wait for it. */
  readonly perCommand: number;
  command(partition: string, ids: readonly string[]): Command<unknown>;
}

interface Postponed {
  readonly tries: number;
  /** By the environment's `elapsedMs`. */
  readonly untilElapsedMs: number;
}

/** The longest exponential backoff of a record that fails; the first is a second. */
const longestPostponementMs = 60_000;

/**
 * Sweeps one kind of record. A command that fails is bisected until the one record at fault is found; that one backs
 * off, and all others go on.
 */
export class KindSweep {
  readonly #parts: SweepParts;
  readonly #swept: SweptKind;
  #postponed = new Map<string, Postponed>();
  #doneUntilMs: number | undefined;

  constructor(parts: SweepParts, swept: SweptKind) {
    this.#parts = parts;
    this.#swept = swept;
  }

  /** The time up to which everything due has been swept; undefined before the first run. */
  get doneUntilMs(): number | undefined {
    return this.#doneUntilMs;
  }

  /** Whether anything was swept, so that there may be more. */
  async run(nowMs: number, failures: unknown[]): Promise<boolean> {
    this.#doneUntilMs ??= nowMs;
    const { kind, found, perCommand } = this.#swept;
    const limit = found + this.#postponed.size;
    const due = await this.#parts.store.due(kind, nowMs, limit);
    const ready = due.filter((record) => !this.#isPostponed(record));
    const attempts = [...groupByPartition(ready)].flatMap(([partition, records]) =>
      chunk(records, perCommand).map((part) => this.#end(partition, part, failures)),
    );
    // All of them finish, even after one has failed.
    const ended = await Promise.allSettled(attempts);
    const failed = ended.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      this.#doneUntilMs = due[0]?.dueAtMs ?? nowMs;
      throw failed.reason;
    }
    this.#noteProgress(due, due.length === limit, nowMs);
    return ended.some((result) => result.status === 'fulfilled' && result.value);
  }

  /** Whether any of the records was ended. */
  async #end(partition: string, records: readonly DueRecord[], failures: unknown[]): Promise<boolean> {
    const { executor, store, timeoutMs } = this.#parts;
    try {
      const ids = records.map(({ id }) => id);
      await executor.execute({ ...this.#swept.command(partition, ids), isBackground: true }, timeoutMs);
      for (const record of records) this.#postponed.delete(keyOf(record));
      return true;
    } catch (error) {
      await store.checkWritable(); // Rejects if it is the store that fails, and not these records.
      const [first, ...others] = records;
      if (first !== undefined && others.length === 0) {
        this.#postpone(first);
        failures.push(error);
        return false;
      }
      const half = Math.ceil(records.length / 2);
      const isFirstEnded = await this.#end(partition, records.slice(0, half), failures);
      return (await this.#end(partition, records.slice(half), failures)) || isFirstEnded;
    }
  }

  #postpone(record: DueRecord): void {
    const tries = this.#postponed.get(keyOf(record))?.tries ?? 0;
    const waitMs = Math.min(longestPostponementMs, 1_000 * 2 ** tries);
    const untilElapsedMs = this.#parts.environment.elapsedMs() + waitMs;
    this.#postponed.set(keyOf(record), { tries: tries + 1, untilElapsedMs });
  }

  #isPostponed(record: DueRecord): boolean {
    return (this.#postponed.get(keyOf(record))?.untilElapsedMs ?? 0) > this.#parts.environment.elapsedMs();
  }

  /** If there was more than was fetched, nothing is known of what became due after the last of it. */
  #noteProgress(due: readonly DueRecord[], isMore: boolean, nowMs: number): void {
    const left = due.filter((record) => this.#postponed.has(keyOf(record)));
    this.#postponed = new Map(left.map((record) => [keyOf(record), this.#postponed.get(keyOf(record))!]));
    const last = isMore ? due.slice(-1) : [];
    this.#doneUntilMs = Math.min(nowMs, ...[...left, ...last].map(({ dueAtMs }) => dueAtMs));
  }
}

function keyOf({ partition, id }: DueRecord): string {
  return JSON.stringify([partition, id]);
}

function groupByPartition(due: readonly DueRecord[]): ReadonlyMap<string, readonly DueRecord[]> {
  const groups = new Map<string, DueRecord[]>();
  for (const record of due) {
    const group = groups.get(record.partition);
    if (group === undefined) groups.set(record.partition, [record]);
    else group.push(record);
  }
  return groups;
}

export function chunk<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
