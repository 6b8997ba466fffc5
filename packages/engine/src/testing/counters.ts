import type { Command } from '../kernel/command.ts';
import { defineKind } from '../kernel/record-access.ts';
import type { Changes, Kind } from '../kernel/record-access.ts';

/** Something to count with. */
export interface Counter {
  readonly count: number;
}

export const counterKind: Kind<Counter> = defineKind({ name: 'counters', indexes: {} });

export function add(changes: Changes, partition: string, id: string, amount: number): number {
  const count = (changes.get(counterKind, partition, id)?.count ?? 0) + amount;
  changes.put(counterKind, partition, id, { count });
  return count;
}

export function increment(partition = 'p', id = 'counter'): Command<number> {
  return { partitions: [partition], reads: [], run: (changes) => add(changes, partition, id, 1) };
}

export function look(partition = 'p', id = 'counter'): Command<number | undefined> {
  return { partitions: [partition], reads: [], run: (records) => records.get(counterKind, partition, id)?.count };
}
