import { ConnectionError, HoldfastError } from '@holdfast/sdk';

import type { HoldUse } from './hold-use.ts';

/** A line of the ledger that says that units were paid for. */
export interface Debit {
  readonly work: string;
  readonly holdId: string;
  readonly units: number;
  /** Millicredits. */
  readonly cost: number;
}

interface Wrong {
  readonly work: string;
  readonly wrong: string;
}

/**
 * Holds what was debited against what the calls of `withHold` said. However many there were for one piece of work, it
 * is debited once at most: units that a section of it has returned, by a call that said so, or that said that it can't
 * tell. All calls that were resolved, the others of the work included, tell of that debit.
 */
export function findWronglyDebited(
  uses: readonly HoldUse[],
  debits: readonly Debit[],
  unitCost: number,
): readonly Wrong[] {
  const usesByWork = Map.groupBy(uses, ({ work }) => work);
  const debitsByWork = Map.groupBy(debits, ({ work }) => work);
  const works = [...new Set([...usesByWork.keys(), ...debitsByWork.keys()])];
  return works.flatMap((work) => {
    const wrongs = wrongsOf(usesByWork.get(work) ?? [], debitsByWork.get(work) ?? [], unitCost);
    return wrongs.map((wrong) => ({ work, wrong }));
  });
}

/** Whether a call's error says that its units may have been debited nevertheless. */
export function isInDoubt({ returned, error }: HoldUse): boolean {
  return returned !== undefined && error instanceof HoldfastError && error.outcomeUnknown;
}

function wrongsOf(uses: readonly HoldUse[], debits: readonly Debit[], unitCost: number): readonly string[] {
  const overconfident = uses.filter((use) => isUnanswered(use) && !isInDoubt(use));
  return [
    ...overconfident.map(({ error }) => `failed at the commit as if nothing could be debited: ${String(error)}`),
    ...wrongsOfDebits(uses, debits, unitCost),
  ];
}

function isUnanswered({ returned, error }: HoldUse): boolean {
  return returned !== undefined && error instanceof ConnectionError;
}

function wrongsOfDebits(
  uses: readonly HoldUse[],
  [debit, ...more]: readonly Debit[],
  unitCost: number,
): readonly string[] {
  const told = uses.flatMap(({ outcome }) => outcome?.commit ?? []);
  if (more.length > 0) return [`was debited ${more.length + 1} times`];
  if (debit === undefined) return told.map((commit) => `was not debited, but told of ${commit.actual_cost}`);

  const { holdId, units, cost } = debit;
  const wrongs: string[] = [];
  const payers = uses.filter((use) => use.returned === units && (use.outcome !== undefined || isInDoubt(use)));
  if (payers.length === 0) wrongs.push(`was debited ${units} units, for which no call stands`);
  if (cost !== units * unitCost) wrongs.push(`was debited ${cost} for ${units} units`);
  const others = told.filter((commit) => commit.reservation_id !== holdId || commit.actual_cost !== cost);
  wrongs.push(...others.map((commit) => `was debited ${cost}, but told of ${commit.actual_cost}`));
  return wrongs;
}
