import { StoreUnavailable } from '../store.ts';
import type { RecordKind } from '../store.ts';
import type { Command } from './command.ts';
import type { SweepParts } from './kind-sweep.ts';
import { SettleFirst } from './settle-first.ts';
import { sweepPartition } from './sweep-partition.ts';
import type { SettledBySweep } from './sweep-partition.ts';

/** A kind of record that becomes due, and that requests may have to wait for. */
export type SettledKind = SettledByCommand | SettledBySweep;

interface SettledByCommand {
  readonly kind: RecordKind;
  /** Settles what is due in a partition, for a few milliseconds; returns whether more is due. */
  command(partition: string): Command<boolean>;
}

/** Partitions fetched at once. */
const partitionsPerLook = 32;

/**
 * Settles partitions with more due than one request can settle along: piece by piece, each in its own commit, so that
 * others run in between. Requests that wait for the same partition share the work. It ends: only what is held can
 * become due meanwhile, and holding takes longer than settling.
 */
export class Settler {
  readonly #parts: SweepParts;
  readonly #kinds: ReadonlyMap<string, SettledKind>;
  readonly #pieces = new Map<string, Promise<boolean>>();

  constructor(parts: SweepParts, kinds: readonly SettledKind[]) {
    this.#parts = parts;
    this.#kinds = new Map(kinds.map((settled) => [settled.kind.name, settled]));
  }

  /** Runs an attempt, and again as often as it needs something settled first. */
  async settledFor<Result>(attempt: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await attempt();
      } catch (thrown) {
        if (!(thrown instanceof SettleFirst)) throw thrown;
        await this.#settleAll(thrown.kind, thrown.partitions);
      }
    }
  }

  /** Settles all that is due by now in partitions with this prefix. */
  async settleWithin(kind: RecordKind, partitionPrefix: string): Promise<void> {
    const { environment, store } = this.#parts;
    const untilMs = environment.now();
    let due = await store.due(kind, untilMs, partitionsPerLook, partitionPrefix);
    while (due.length > 0) {
      await this.#settleAll(
        kind,
        due.map(({ partition }) => partition),
      );
      const [first] = due;
      due = await store.due(kind, untilMs, partitionsPerLook, partitionPrefix);
      // It isn't due yet by the clock of its commands, however often this looks.
      if (due[0]?.partition === first?.partition && due[0]?.dueAtMs === first?.dueAtMs) return;
    }
  }

  /** The same for reads, which a store that can't be written doesn't stop. */
  async settleIfWritable(kind: RecordKind, partitionPrefix: string): Promise<void> {
    try {
      await this.settleWithin(kind, partitionPrefix);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  async #settleAll(kind: RecordKind, partitions: readonly string[]): Promise<void> {
    await Promise.all(partitions.map((partition) => this.#settle(kind, partition)));
  }

  async #settle(kind: RecordKind, partition: string): Promise<void> {
    while (await this.#settlePiece(kind, partition));
  }

  /** Whether more is due after it. */
  #settlePiece(kind: RecordKind, partition: string): Promise<boolean> {
    const underWay = this.#pieces.get(partition);
    if (underWay !== undefined) return underWay;
    const settled = this.#kinds.get(kind.name);
    if (settled === undefined) throw new Error(`Nothing settles ${kind.name}.`);
    const piece =
      'swept' in settled
        ? sweepPartition(this.#parts, settled, partition)
        : this.#parts.executor.execute(settled.command(partition), this.#parts.timeoutMs);
    this.#pieces.set(partition, piece);
    return piece.finally(() => this.#pieces.delete(partition));
  }
}
