import { StoreUnavailable } from '../store.ts';
import type { RecordKind } from '../store.ts';
import type { Command } from './command.ts';
import { SettleFirst } from './settle-first.ts';
import type { SweepParts } from './sweep.ts';

/** A kind of record that becomes due, of which a request may have to wait until it is settled. */
export interface SettledKind {
  readonly kind: RecordKind;
  /** Settles a few milliseconds' worth of what is due in a partition; tells whether more is. */
  command(partition: string): Command<boolean>;
}

/** How many partitions are looked for at once. */
const partitionsPerLook = 32;

/**
 * Settles partitions in which more is due than a request can settle along: a piece at a time, each in a commit of its
 * own, so that others get their turn in between. Requests that wait for the same partition share its pieces. However
 * much it is, it ends: what can become due meanwhile is no more than is held, and to hold takes longer than to settle.
 */
export class Settler {
  readonly #parts: SweepParts;
  readonly #kinds: ReadonlyMap<string, SettledKind>;
  readonly #pieces = new Map<string, Promise<boolean>>();

  constructor(parts: SweepParts, kinds: readonly SettledKind[]) {
    this.#parts = parts;
    this.#kinds = new Map(kinds.map((settled) => [settled.kind.name, settled]));
  }

  /** Carries out an attempt, again and again if need be, each time after settling what it can't decide without. */
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

  /** Settles all that is due by now in the partitions that begin like that. */
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
      // By the clock that its commands go by it isn't due yet, and won't be however often this looks.
      if (due[0]?.partition === first?.partition && due[0]?.dueAtMs === first?.dueAtMs) return;
    }
  }

  /** The same, for what may do without: a store that can't be written to keeps nobody from reading it. */
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
    const piece = this.#parts.executor.execute(settled.command(partition), this.#parts.timeoutMs);
    this.#pieces.set(partition, piece);
    return piece.finally(() => this.#pieces.delete(partition));
  }
}
