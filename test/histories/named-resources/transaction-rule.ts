import type { ReserveResult, TransactionItem, TransactionItemResult } from '@holdfast/sdk';

import type { Answer, TransactionCommand } from './commands.ts';
import { findOwn, canTake } from './holds-on.ts';
import { targetOf } from './objects.ts';
import { reserve } from './reserve-rule.ts';
import { settle } from './spec-state.ts';
import type { Moment } from './spec-state.ts';

type ItemResult = TransactionItemResult | undefined;

/** A rule like the others: several names that are taken at one moment, as the method says. */
export function reserveTransaction(
  moment: Moment,
  command: TransactionCommand,
  answer: Answer | undefined,
): readonly Moment[] {
  if (answer === undefined) return takeUnseen(moment, command);
  const results = answer.results as readonly TransactionItemResult[];
  if (results.length !== command.items.length || !isAsMethodSays(command, answer.outcome, results)) return [];
  return command.items.reduce<readonly Moment[]>(
    (moments, _, index) => moments.flatMap(settle).flatMap((each) => decideItem(each, command, index, results[index])),
    [moment],
  );
}

/** Whether the outcome is what these results come to, and no item was taken that shouldn't have been. */
function isAsMethodSays(
  { method }: TransactionCommand,
  outcome: Answer['outcome'],
  results: readonly TransactionItemResult[],
): boolean {
  const first = results.findIndex(isHolding);
  const isCommitted = method === 'ALL_OR_NONE' ? results.every(isHolding) : first !== -1;
  if (outcome !== (isCommitted ? 'COMMITTED' : 'REFUSED')) return false;
  if (!isCommitted && results.some(({ status }) => status === 'ACQUIRED')) return false;
  if (method !== 'FIRST') return true;
  return results.every(({ status }, index) => (status === 'NOT_TAKEN') === (isCommitted && index > first));
}

function decideItem(moment: Moment, command: TransactionCommand, index: number, result: ItemResult): readonly Moment[] {
  const item = { ...command.items[index]!, requester: command.requester };
  const target = targetOf(item.resource);
  if (result?.status !== 'NOT_TAKEN') return reserve(moment, target, item, result as ReserveResult | undefined);
  if (command.method === 'AS_MANY_AS_POSSIBLE') return [];
  // Nobody looked at what comes after the first one that could be had.
  if (command.method === 'FIRST') return [moment];
  const isOwn = findOwn(moment, target, item.requester).length > 0;
  return !isOwn && target.names.some((name) => canTake(moment, name, item.requester)) ? [moment] : [];
}

/** Nobody knows what was answered, so everything is done as the method says, or nothing. */
function takeUnseen(moment: Moment, command: TransactionCommand): readonly Moment[] {
  const { method, items, requester } = command;
  const holds = (each: Moment, { resource }: TransactionItem) => {
    return findOwn(each, targetOf(resource), requester).length > 0;
  };
  let moments = settle(moment);
  for (const index of items.keys()) {
    moments = moments.flatMap((each) => {
      const isSatisfied = method === 'FIRST' && items.slice(0, index).some((earlier) => holds(each, earlier));
      return isSatisfied ? [each] : settle(each).flatMap((settled) => decideItem(settled, command, index, undefined));
    });
  }
  const isKept = (each: Moment) => method !== 'ALL_OR_NONE' || items.every((item) => holds(each, item));
  return moments.map((each) => (isKept(each) ? each : moment));
}

function isHolding({ status }: TransactionItemResult): boolean {
  return status === 'ACQUIRED' || status === 'ALREADY_HAD';
}
