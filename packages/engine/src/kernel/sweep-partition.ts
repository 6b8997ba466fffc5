import type { RecordKind } from '../store.ts';
import type { Command } from './command.ts';
import { chunk } from './kind-sweep.ts';
import type { SweepParts, SweptKind } from './kind-sweep.ts';

/**
 * What only the store can find due in a partition, so that a command can't settle it by itself. No other partition's
 * name begins with its name.
 */
export interface SettledBySweep {
  /** The kind of the record that says when something may be due. */
  readonly kind: RecordKind;
  /** What is due, and the commands that end it. */
  readonly swept: readonly SweptKind[];
  /** From its commit on, what becomes due is noted: the store may not have shown it. */
  begin(partition: string): Command<BegunSettlement>;
  /** Keeps that nothing which was there at the beginning is due before. Returns whether something is due already. */
  end(partition: string, begun: BegunSettlement, nextDueAtMs: number): Command<boolean>;
}

/** A settlement's number, and the time by which it settles. */
interface BegunSettlement {
  readonly number: number;
  readonly nowMs: number;
}

/**
 * How far ahead it looks for what will be due next, in milliseconds. The further, the more seldom it has to look again,
 * and the more of all other partitions it reads.
 */
const aheadMs = 10_000;

/** Ends some of what is due in a partition; resolves to whether more is due. */
export async function sweepPartition(parts: SweepParts, settled: SettledBySweep, partition: string): Promise<boolean> {
  const { executor, timeoutMs } = parts;
  const begun = await executor.execute(settled.begin(partition), timeoutMs);
  const next = await Promise.all(settled.swept.map((swept) => sweepKind(parts, swept, partition, begun.nowMs)));
  return executor.execute(settled.end(partition, begun, Math.min(...next)), timeoutMs);
}

/** Resolves to a time before which nothing that it leaves is due. */
async function sweepKind(
  { executor, store, timeoutMs }: SweepParts,
  { kind, found, perCommand, command }: SweptKind,
  partition: string,
  nowMs: number,
): Promise<number> {
  const untilMs = nowMs + aheadMs;
  const rows = await store.due(kind, untilMs, found, partition);
  const due = rows.filter(({ dueAtMs }) => dueAtMs <= nowMs).map(({ id }) => id);
  await Promise.all(chunk(due, perCommand).map((ids) => executor.execute(command(partition, ids), timeoutMs)));
  const next = rows[due.length] ?? (rows.length === found ? rows.at(-1) : undefined);
  return next?.dueAtMs ?? untilMs;
}
