import type { Account, HoldPage } from '@holdfast/contract';

import type { CommandOf } from './commands.ts';
import { says } from './outcomes.ts';
import type { Rule } from './outcomes.ts';
import { balancesOf } from './spec-state.ts';
import type { Hold, State } from './spec-state.ts';

/** The balances, which the blocks must add up to. */
export const getAccount: Rule<CommandOf<'getAccount'>> = ({ state, now }, _, answer) => {
  if (answer === undefined) return [state];
  if (!says(answer, { ...balancesOf(now), lifetime_earned: now.earned, ...versionAs('version', now) })) return [];
  const { blocks = [] } = answer.body as Account;
  const remaining = blocks.reduce((total, block) => total + block.remaining_amount, 0);
  const held = blocks.reduce((total, block) => total + block.held_amount, 0);
  const { balance, reserved_balance: reserved } = balancesOf(now);
  return remaining === balance && held === reserved ? [state] : [];
};

export const audit: Rule<CommandOf<'audit'>> = ({ state, now }, _, answer) => {
  if (answer === undefined) return [state];
  const { balance, reserved_balance: reserved } = balancesOf(now);
  const sums = { ledger_balance: balance, ledger_reserved: reserved, blocks_remaining: balance, holds_held: reserved };
  const expected = { consistent: true, balance, reserved_balance: reserved, sums, ...versionAs('transactions', now) };
  return says(answer, expected) ? [state] : [];
};

export const getHold: Rule<CommandOf<'getHold'>> = ({ state, now }, { label }, answer) => {
  const isAnswer = answer === undefined || says(answer, { ...rowOf(now.holds[label]!), account: balancesOf(now) });
  return isAnswer ? [state] : [];
};

/** All holds that there ever were. */
export const listHolds: Rule<CommandOf<'listHolds'>> = ({ state, now }, _, answer) => {
  if (answer === undefined) return [state];
  const { data } = answer.body as HoldPage;
  const expected = data.map(({ metadata }) => rowOf(now.holds[metadata['label'] as string]!));
  const isAll = data.length === Object.keys(now.holds).length;
  return isAll && says(answer, { data: expected, pagination: { has_more: false } }) ? [state] : [];
};

/** Id and times aren't among it: what is answered about them has been taken in already. */
function rowOf({ status, units, cost, committedUnits, committedCost }: Hold) {
  return {
    status,
    estimated_units: units,
    estimated_cost: cost,
    committed_units: committedUnits,
    committed_cost: committedCost,
  };
}

function versionAs(name: string, { version }: State): object {
  return version === null ? {} : { [name]: version };
}
