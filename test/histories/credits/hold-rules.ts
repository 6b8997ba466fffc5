import type { Hold as WireHold, HoldReceipt } from '@holdfast/contract';

import { exactly, later, meet, upTo } from '../span.ts';
import type { Span } from '../span.ts';
import { isSuccess } from './commands.ts';
import type { Answer, CommandOf } from './commands.ts';
import { unitCost } from './objects.ts';
import { change, refuse } from './outcomes.ts';
import type { Rule } from './outcomes.ts';
import { chooseFree, expireFreed, joinSlices, spend, splitSlices } from './spec-blocks.ts';
import { balancesOf, effectiveOf, narrow, putHold, withEntry } from './spec-state.ts';
import type { Hold, SettledMoment } from './spec-state.ts';

export const hold: Rule<CommandOf<'hold'>> = (moment, { units, ttlSeconds, label }, answer) => {
  const { now, window } = moment;
  const cost = units * unitCost;
  if (effectiveOf(now) < cost) return refuse(moment, answer, 'insufficient-credits');
  const ttlMs = ttlSeconds * 1_000;
  const receipt = answer !== undefined && isSuccess(answer) ? (answer.body as HoldReceipt) : undefined;
  const made: Hold = {
    id: receipt?.id ?? null,
    status: 'active',
    units,
    cost,
    held: cost,
    slices: chooseFree(now, cost),
    committedUnits: 0,
    committedCost: 0,
    created: window,
    expires: later(window, ttlMs),
    ttlMs,
  };
  const next = withEntry(now, putHold(now, label, made), 0);
  const expiresAt = receipt === undefined ? {} : { expires_at: toWire(Date.parse(receipt.created_at) + ttlMs) };
  const expected = {
    estimated_units: units,
    estimated_cost: cost,
    status: 'active',
    metadata: { label },
    ...expiresAt,
  };
  return change(moment, answer, next, { ...expected, account: balancesOf(next) });
};

export const commit: Rule<CommandOf<'commit'>> = (moment, { id, label, units, isFinal }, answer) => {
  const { now } = moment;
  const held = now.holds[label]!;
  const problem = problemWith(held);
  if (problem !== undefined) return refuse(moment, answer, problem);
  const effective = effectiveOf(now);
  const price = units * unitCost;
  // A debt has used up a part of what there was to take from.
  const fromHold = Math.min(price, held.held, Math.max(0, held.held + effective));
  const cost = fromHold + Math.min(price - fromHold, Math.max(0, effective));
  const released = isFinal ? held.held - fromHold : 0;
  const [own, rest] = splitSlices(held.slices, fromHold);
  const committed: Hold = {
    ...held,
    status: isFinal ? 'committed' : 'active',
    held: held.held - fromHold - released,
    slices: isFinal ? [] : rest,
    committedUnits: held.committedUnits + units,
    committedCost: held.committedCost + cost,
  };
  const spent = spend(putHold(now, label, committed), cost, [...own, ...chooseFree(now, cost - fromHold)]);
  const next = expireFreed(withEntry(now, spent, released), isFinal ? rest : []);
  return change(moment, answer, next, {
    reservation_id: id,
    status: committed.status,
    estimated_units: held.units,
    actual_units: units,
    estimated_cost: held.cost,
    actual_cost: cost,
    released,
    uncollected: price - cost,
    transaction: { delta: 0 - cost, type: 'consumption' },
    account: balancesOf(next),
  });
};

export const release: Rule<CommandOf<'release'>> = (moment, { id, label }, answer) => {
  const { now } = moment;
  const held = now.holds[label]!;
  const problem = problemWith(held);
  if (problem !== undefined) return refuse(moment, answer, problem);
  const released = held.held;
  const ended = withEntry(now, putHold(now, label, { ...held, status: 'released', held: 0, slices: [] }), released);
  const next = expireFreed(ended, held.slices);
  return change(moment, answer, next, {
    reservation_id: id,
    status: 'released',
    estimated_cost: held.cost,
    released,
    transaction: { delta: released, type: 'release', reference_id: id },
    account: balancesOf(next),
  });
};

export const extend: Rule<CommandOf<'extend'>> = (moment, { id, label, units = 0, ttlSeconds }, answer) => {
  const held = moment.now.holds[label]!;
  const problem = problemWith(held);
  if (problem !== undefined) return refuse(moment, answer, problem);
  const cost = units * unitCost;
  if (cost > 0 && effectiveOf(moment.now) < cost) return refuse(moment, answer, 'insufficient-credits');
  return prolong(moment, held, ttlSeconds, answer).flatMap(({ decided, expires }) => {
    const { now } = decided;
    const raised: Hold = {
      ...held,
      units: held.units + units,
      cost: held.cost + cost,
      held: held.held + cost,
      slices: joinSlices(now, held.slices, chooseFree(now, cost)),
      expires,
      ttlMs: ttlSeconds === undefined ? held.ttlMs : null,
    };
    const changed = putHold(now, label, raised);
    const next = units > 0 ? withEntry(now, changed, 0) : changed;
    const expected = { id, status: 'active', estimated_units: raised.units, estimated_cost: raised.cost };
    return change(decided, answer, next, { ...expected, account: balancesOf(next) });
  });
};

/** What stands in the way of ending a hold, or of raising it. */
function problemWith({ status }: Hold): string | undefined {
  if (status === 'active') return undefined;
  return status === 'expired' ? 'reservation-expired' : 'reservation-not-active';
}

interface Prolonged {
  readonly decided: SettledMoment;
  readonly expires: Span;
}

/** When the hold may end now: so long after the decision, or else when it did before, whichever is later. */
function prolong(
  moment: SettledMoment,
  { expires }: Hold,
  ttlSeconds: number | undefined,
  answer: Answer | undefined,
): readonly Prolonged[] {
  const answered =
    answer === undefined || !isSuccess(answer) ? undefined : Date.parse((answer.body as WireHold).expires_at);
  if (ttlSeconds === undefined) {
    const known = answered === undefined ? expires : meet(expires, exactly(answered));
    return known === undefined ? [] : [{ decided: moment, expires: known }];
  }
  const ttlMs = ttlSeconds * 1_000;
  if (answered === undefined) {
    const until = later(moment.window, ttlMs);
    const longer = { fromMs: Math.max(expires.fromMs, until.fromMs), toMs: Math.max(expires.toMs, until.toMs) };
    return [{ decided: moment, expires: longer }];
  }
  const isFrom = (decided: SettledMoment): Prolonged => ({ decided, expires: exactly(answered) });
  const anew = expires.fromMs <= answered ? narrow(moment, exactly(answered - ttlMs)).map(isFrom) : [];
  const asBefore =
    meet(expires, exactly(answered)) === undefined ? [] : narrow(moment, upTo(answered - ttlMs - 1)).map(isFrom);
  return [...anew, ...asBefore];
}

function toWire(ms: number): string {
  return new Date(ms).toISOString();
}
