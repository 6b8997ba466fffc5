import { from, upTo } from '../span.ts';
import type { Answer, CommandOf } from './commands.ts';
import { customerOf, unitCost } from './objects.ts';
import { change, refuse, says } from './outcomes.ts';
import type { Rule } from './outcomes.ts';
import { chooseFree, spend } from './spec-blocks.ts';
import { balancesOf, effectiveOf, narrow, withEntry, withMember } from './spec-state.ts';
import type { KnownPayment, KnownUsage, SettledMoment, State } from './spec-state.ts';

export const use: Rule<CommandOf<'use'>> = (moment, { customer, units, eventId }, answer) => {
  const { state, now } = moment;
  const earlier = eventId === undefined ? undefined : now.usages[eventId];
  if (earlier !== undefined && earlier.result['units'] !== units) return refuse(moment, answer, 'event-id-conflict');
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
  const spent = withEntry(now, spend(now, cost, chooseFree(now, cost)), 0);
  const result = { units, cost, event_id: eventId ?? null, account: balancesOf(spent) };
  const next =
    eventId === undefined ? spent : putUsage(spent, eventId, { transactionId: transactionIdIn(answer), result });
  const transaction = { delta: 0 - cost, type: 'consumption' };
  return change(moment, answer, next, { ...result, duplicate: false, transaction });
};

export const grant: Rule<CommandOf<'grant'>> = (moment, command, answer) => {
  const { expiresAtMs } = command;
  if (expiresAtMs === undefined) return grantLasting(moment, command, answer);
  const late = narrow(moment, from(expiresAtMs)).flatMap((each) => refuse(each, answer, 'validation-failed'));
  const inTime = narrow(moment, upTo(expiresAtMs - 1));
  return [...late, ...inTime.flatMap((each) => grantExpiring(each, command.credits, expiresAtMs, answer))];
};

function grantExpiring(moment: SettledMoment, credits: number, expiresAtMs: number, answer: Answer | undefined) {
  const { now } = moment;
  const blocks = [...now.blocks, { expiresMs: expiresAtMs, left: credits, isOver: false }];
  const sums = { balance: now.balance + credits, earned: now.earned + credits };
  const granted = withEntry(now, { ...now, ...sums, blocks }, credits);
  const amounts = { original_amount: credits, remaining_amount: credits, held_amount: 0 };
  const block = { ...amounts, expires_at: new Date(expiresAtMs).toISOString() };
  return change(moment, answer, granted, {
    block,
    account: balancesOf(granted),
    transaction: { delta: credits, type: 'grant' },
  });
}

const grantLasting: Rule<CommandOf<'grant'>> = (moment, command, answer) => {
  const { now } = moment;
  const { credits, paymentId } = command;
  const earlier = paymentId === undefined ? undefined : now.payments[paymentId];
  if (earlier !== undefined) return creditAgain(moment, command, earlier, answer);
  const granted = withEntry(now, { ...now, balance: now.balance + credits, earned: now.earned + credits }, credits);
  const debt = Math.max(0, 0 - effectiveOf(now));
  const block = { original_amount: credits, remaining_amount: credits - Math.min(debt, credits), held_amount: 0 };
  const result = { block, account: balancesOf(granted) };
  const payment = { credits, transactionId: transactionIdIn(answer), result };
  const next = paymentId === undefined ? granted : putPayment(granted, paymentId, payment);
  return change(moment, answer, next, { ...result, transaction: { delta: credits, type: 'grant' } });
};

/** A payment that was credited before gets the same answer again, unless it is about other credits. */
function creditAgain(
  moment: SettledMoment,
  { credits, paymentId = '' }: CommandOf<'grant'>,
  earlier: KnownPayment,
  answer: Answer | undefined,
): readonly State[] {
  if (earlier.credits !== credits) return refuse(moment, answer, 'payment-already-credited');
  const transaction = earlier.transactionId === null ? {} : { id: earlier.transactionId };
  if (answer !== undefined && !says(answer, { ...earlier.result, transaction })) return [];
  const transactionId = earlier.transactionId ?? transactionIdIn(answer);
  return [putPayment(moment.state, paymentId, { ...earlier, transactionId })];
}

export const adjust: Rule<CommandOf<'adjust'>> = (moment, { delta }, answer) => {
  const { now } = moment;
  if (delta < 0 && effectiveOf(now) < 0 - delta) return refuse(moment, answer, 'insufficient-credits');
  const adjusted =
    delta < 0 ? spend(now, 0 - delta, chooseFree(now, 0 - delta)) : { ...now, balance: now.balance + delta };
  const next = withEntry(now, adjusted, Math.max(0, delta));
  return change(moment, answer, next, { transaction: { delta, type: 'adjustment' }, account: balancesOf(next) });
};

function putPayment(state: State, paymentId: string, payment: KnownPayment): State {
  return { ...state, payments: withMember(state.payments, paymentId, payment) };
}

function putUsage(state: State, eventId: string, usage: KnownUsage): State {
  return { ...state, usages: withMember(state.usages, eventId, usage) };
}

function transactionIdIn(answer: { readonly body: unknown } | undefined): string | null {
  return (answer?.body as { transaction?: { id: string } } | undefined)?.transaction?.id ?? null;
}
