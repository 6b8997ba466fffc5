import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { SamplePlan } from '../load/driver.ts';
import type { KeyForm } from '../load/idempotency-keys.ts';

export interface BenchRunOptions {
  readonly rounds: number;
  readonly plan: SamplePlan;
  /** Whether this only shows that everything works: data sets are small, and the figures mean little. */
  readonly isQuick: boolean;
  /** What the idempotency keys of requests look like, unless a case says. */
  readonly keys: KeyForm;
  /** Flags for the Node of Holdfast's servers. */
  readonly serverFlags: readonly string[];
  /** Where databases go. It should be on the disk that is meant: in memory, durable costs nothing. */
  readonly scratchParent: string;
}

/** What the cases of one run share. What a case starts, it hands to {@link BenchRun.use} and needn't think of again. */
export class BenchRun implements AsyncDisposable {
  readonly rounds: number;
  readonly plan: SamplePlan;
  readonly isQuick: boolean;
  readonly keys: KeyForm;
  readonly serverFlags: readonly string[];
  readonly #scratch: string;
  readonly #ofCase = new AsyncDisposableStack();
  #folders = 0;

  constructor({ rounds, plan, isQuick, keys, serverFlags, scratchParent }: BenchRunOptions) {
    this.rounds = rounds;
    this.plan = plan;
    this.isQuick = isQuick;
    this.keys = keys;
    this.serverFlags = serverFlags;
    this.#scratch = mkdtempSync(join(scratchParent, 'holdfast-bench-'));
    // Also when this process is told to end in the middle of a case.
    const remove = () => removeFolder(this.#scratch);
    process.on('exit', remove);
    this.#ofCase.defer(() => void process.off('exit', remove));
    this.#ofCase.defer(remove);
  }

  /** Ends something when the case is over, in the opposite order of what was started. */
  use<Started extends AsyncDisposable>(started: Started): Started {
    return this.#ofCase.use(started);
  }

  /** A folder of its own, which needn't be there yet. */
  newFolder(): string {
    this.#folders += 1;
    return join(this.#scratch, String(this.#folders));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ofCase.disposeAsync();
  }
}

/** A program that is ending deletes files as well, and one that is gone already lets `rmSync` stop half-way. */
function removeFolder(folder: string): void {
  for (let tries = 0; tries < 10 && existsSync(folder); tries += 1) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
