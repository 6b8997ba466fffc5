/**
 * Thrown through a rule that can't decide yet, because more is due in these accounts than it settles along. What it
 * changed is dropped; whoever called it has them settled, and then has it decide again.
 */
export class SettleFirst {
  /** Where the accounts are. */
  readonly partitions: readonly string[];

  constructor(partitions: readonly string[]) {
    this.partitions = partitions;
  }
}
