import type { HoldSummary, Transaction } from '@holdfast/contract';

/** A line of a ledger, and what is known of the hold that it is about, if any. */
export interface Line {
  readonly entry: Transaction;
  readonly hold: HoldSummary | undefined;
  /** How many units the hold's estimate has come to. */
  readonly estimatedUnits: number;
  /** Whether it is the commit with which the hold has ended. */
  readonly isLastCommit: boolean;
}

/** A ledger from its first line on. */
export function readLines(ledger: readonly Transaction[], holds: readonly HoldSummary[]): readonly Line[] {
  const byId = new Map(holds.map((hold) => [hold.id, hold]));
  const lastCommits = new Map(
    ledger.flatMap((entry) => (entry.type === 'consumption' ? [[entry.reference_id, entry.id]] : [])),
  );
  const estimates = new Map<string | null, number>();
  return ledger.map((entry) => {
    const { id, type, reference_id: reference, units } = entry;
    if (type === 'hold') estimates.set(reference, (estimates.get(reference) ?? 0) + (units ?? 0));
    const hold = byId.get(reference ?? '');
    const isLastCommit = hold?.status === 'committed' && lastCommits.get(reference) === id;
    return { entry, hold, estimatedUnits: estimates.get(reference) ?? 0, isLastCommit };
  });
}

/** Whether nobody has to have asked for it: time has passed, or something became free that a debt is paid from. */
export function comesByItself({ entry, hold }: Line): boolean {
  const { type, reason } = entry;
  if (type === 'release') return hold?.status === 'expired';
  return type === 'expiration' || (type === 'adjustment' && reason === 'overage paid');
}
