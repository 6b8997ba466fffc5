import type { RecordKind } from '../store.ts';

/**
 * Thrown through a rule that can't decide yet because too much is due in these partitions. Its writes are dropped, the
 * partitions settled, and the rule run again.
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
