import { isDeepStrictEqual } from 'node:util';

import type { Account, HoldPage } from '@holdfast/contract';

import type { CommandOf } from './commands.ts';
import { says } from './outcomes.ts';
import type { Rule } from './outcomes.ts';
import { heldOf, inBurnDownOrder } from './spec-blocks.ts';
import { balancesOf } from './spec-state.ts';
import type { Hold, State } from './spec-state.ts';

/** The balances, which the blocks must add up to. Each that expires is known by itself. */
export const getAccount: Rule<CommandOf<'getAccount'>> = ({ state, now }, _, answer) => {
  if (answer === undefined) return [state];
  if (!says(answer, { ...balancesOf(now), lifetime_earned: now.earned, ...versionAs('version', now) })) return [];
  const { blocks = [] } = answer.body as Account;
  const remaining = blocks.reduce((total, block) => total + block.remaining_amount, 0);
  const held = blocks.reduce((total, block) => total + block.held_amount, 0);
  const { balance, reserved_balance: reserved } = balancesOf(now);
  const isSum = remaining === balance && held === reserved;
  return isSum && isDeepStrictEqual(expiringIn(blocks), expiringOf(now)) ? [state] : [];
};

/** Those that expire and of which something is left: what is left, how much of it is held, and until when. */
type Expiring = readonly (readonly [number, number, number])[];

function expiringIn(blocks: NonNullable<Account['blocks']>): Expiring {
  return blocks.flatMap(({ expires_at: expiresAt, remaining_amount: left, held_amount: held }) =>
    expiresAt === null ? [] : [[left, held, Date.parse(expiresAt)] as const],
  );
}

function expiringOf(now: State): Expiring {
  const blocks = inBurnDownOrder(now).map((index) => {
    const { left, expiresMs } = now.blocks[index]!;
    return [left, heldOf(now, index), expiresMs] as const;
  });
  return blocks.filter(([left]) => left > 0);
}

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
