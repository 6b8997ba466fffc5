import { KindSweep } from './kind-sweep.ts';
import type { SweepParts, SweptKind } from './kind-sweep.ts';

export interface SweepReport {
  /** Whether there may be more to sweep at once. */
  readonly isMore: boolean;
  /** Why some of it failed. It is tried again; everything else is done. */
  readonly failures: readonly unknown[];
}

/** A part of every sweep. */
export interface SweepTask {
  /** The time up to which everything due has been swept; undefined before the first run. */
  readonly doneUntilMs: number | undefined;
  /** Whether anything was swept, so that there may be more. */
  run(nowMs: number, failures: unknown[]): Promise<boolean>;
}

const recordsPerPurge = 1_000;

/** Runs a command for what is due, one kind of record after the other, and purges what no rule needs any more. */
export class Sweep {
  readonly #parts: SweepParts;
  readonly #tasks: readonly SweepTask[];

  constructor(parts: SweepParts, kinds: readonly SweptKind[], further: readonly SweepTask[] = []) {
    this.#parts = parts;
    this.#tasks = [...kinds.map((swept) => new KindSweep(parts, swept)), ...further];
  }

  /** Age of the oldest record that is due and not swept, in milliseconds. */
  get lagMs(): number {
    const nowMs = this.#parts.environment.now();
    return Math.max(0, ...this.#tasks.map(({ doneUntilMs = nowMs }) => nowMs - doneUntilMs));
  }

  async run(): Promise<SweepReport> {
    const nowMs = this.#parts.environment.now();
    const failures: unknown[] = [];
    let isMore = false;
    const attempt = async (work: () => Promise<boolean>) => {
      try {
        if (await work()) isMore = true;
      } catch (error) {
        failures.push(error);
      }
    };
    for (const task of this.#tasks) await attempt(() => task.run(nowMs, failures));
    await attempt(async () => (await this.#parts.store.purge(nowMs, recordsPerPurge)) === recordsPerPurge);
    return { isMore, failures };
  }
}
