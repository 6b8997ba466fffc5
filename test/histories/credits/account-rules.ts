import type { CommandOf } from './commands.ts';
import { change, refuse, says } from './outcomes.ts';
import type { Rule } from './outcomes.ts';
import { balancesOf, effectiveOf, withEntry } from './spec-state.ts';
import type { KnownUsage, State } from './spec-state.ts';
import { customerOf, unitCost } from './stage.ts';

export const use: Rule<CommandOf<'use'>> = (moment, { customer, units, eventId }, answer) => {
  const { state, now } = moment;
  const earlier = eventId === undefined ? undefined : now.usages[eventId];
  if (earlier !== undefined) {
    // Its line in the ledger was known, or is from now on.
    const transaction = earlier.transactionId === null ? {} : { id: earlier.transactionId };
    const isDuplicate = answer === undefined || says(answer, { ...earlier.result, duplicate: true, transaction });
    if (!isDuplicate) return [];
    return [putUsage(state, eventId!, { ...earlier, transactionId: earlier.transactionId ?? transactionIdIn(answer) })];
  }
  const cost = units * unitCost;
  const floor = 0 - customerOf(customer).overageLimit;
  if (effectiveOf(now) - cost < floor) return refuse(moment, answer, 'insufficient-credits');
  const spent = withEntry(now, { ...now, balance: now.balance - cost }, 0);
  const result = { units, cost, event_id: eventId ?? null, account: balancesOf(spent) };
  const next =
    eventId === undefined ? spent : putUsage(spent, eventId, { transactionId: transactionIdIn(answer), result });
  const transaction = { delta: 0 - cost, type: 'consumption' };
  return change(moment, answer, next, { ...result, duplicate: false, transaction });
};

export const grant: Rule<CommandOf<'grant'>> = (moment, { credits }, answer) => {
  const { now } = moment;
  const next = withEntry(now, { ...now, balance: now.balance + credits, earned: now.earned + credits }, credits);
  const debt = Math.max(0, 0 - effectiveOf(now));
  return change(moment, answer, next, {
    block: { original_amount: credits, remaining_amount: credits - Math.min(debt, credits), held_amount: 0 },
    transaction: { delta: credits, type: 'grant' },
    account: balancesOf(next),
  });
};

export const adjust: Rule<CommandOf<'adjust'>> = (moment, { delta }, answer) => {
  const { now } = moment;
  if (delta < 0 && effectiveOf(now) < 0 - delta) return refuse(moment, answer, 'insufficient-credits');
  const next = withEntry(now, { ...now, balance: now.balance + delta }, Math.max(0, delta));
  return change(moment, answer, next, { transaction: { delta, type: 'adjustment' }, account: balancesOf(next) });
};

function putUsage(state: State, eventId: string, usage: KnownUsage): State {
  return { ...state, usages: { ...state.usages, [eventId]: usage } };
}

function transactionIdIn(answer: { readonly body: unknown } | undefined): string | null {
  return (answer?.body as { transaction?: { id: string } } | undefined)?.transaction?.id ?? null;
}
