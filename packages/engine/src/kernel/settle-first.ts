import type { RecordKind } from '../store.ts';

/**
 * Thrown through a rule that can't decide yet, because more is due in these partitions than it settles along. What it
 * changed is dropped; whoever called it has them settled, and then has it decide again.
 */
export class SettleFirst {
  /** What is due. */
  readonly kind: RecordKind;
  readonly partitions: readonly string[];

  constructor(kind: RecordKind, partitions: readonly string[]) {
    this.kind = kind;
    this.partitions = partitions;
  }
}
