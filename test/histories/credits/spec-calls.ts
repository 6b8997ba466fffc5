import { checkLinearizable } from '../checker/check-linearizable.ts';
import type { Call } from '../checker/sequential-spec.ts';
import type { Answer, Command, CommandOf } from './commands.ts';
import { creditSpec } from './credit-spec.ts';

export type AnyCall = Call<Command, Answer>;

/** 2026-01-01T00:00:00Z, from which times are counted. */
export const originMs = 1_767_225_600_000;

export const wire = (ms: number) => new Date(originMs + ms).toISOString();
export const accountOf = (balance: number, reserved: number) => {
  return { balance, reserved_balance: reserved, effective_balance: balance - reserved };
};

/** A call that takes a millisecond; undefined: no answer came. */
export function call(operation: Command, answer: Answer | undefined, fromMs: number, toMs = fromMs + 1): AnyCall {
  const returnedAtMs = answer === undefined ? Number.POSITIVE_INFINITY : originMs + toMs;
  return { client: 0, operation, answer, calledAtMs: originMs + fromMs, returnedAtMs };
}

/** Grants 10,000 to begin with. */
export const poor = 'h-poor';
/** 8,000 to begin with, and usage may take 6,000 more. */
export const debtor = 'h-debtor';

export const label = 'one';
export const id = 'id-one';

export function hold(units: number, more: Partial<CommandOf<'hold'>> = {}): Command {
  return { type: 'hold', customer: poor, units, ttlSeconds: 1, label, ...more };
}

export function held(
  units: number,
  atMs: number,
  account: object,
  more: { id?: string; label?: string; ttlSeconds?: number } = {},
): Answer {
  const { ttlSeconds = 1 } = more;
  const times = { created_at: wire(atMs), expires_at: wire(atMs + 1_000 * ttlSeconds) };
  const cost = { estimated_units: units, estimated_cost: units * 1_000 };
  return {
    status: 201,
    body: { id: more.id ?? id, status: 'active', ...cost, ...times, metadata: { label: more.label ?? label }, account },
  };
}

export function commit(units: number, isFinal = true): Command {
  return { type: 'commit', customer: poor, id, label, units, isFinal };
}

interface Committed {
  readonly cost: number;
  readonly released: number;
  readonly uncollected?: number;
  readonly status?: string;
}

export function committed(
  units: number,
  atMs: number,
  account: object,
  { cost, released, uncollected = 0, status = 'committed' }: Committed,
): Answer {
  const transaction = { id: 't', delta: 0 - cost, type: 'consumption', created_at: wire(atMs) };
  const of = { reservation_id: id, estimated_units: 8, estimated_cost: 8_000, actual_units: units, actual_cost: cost };
  return { status: 200, body: { ...of, status, released, uncollected, transaction, account } };
}

export const release: Command = { type: 'release', customer: poor, id, label };

export function released(amount: number, atMs: number, account: object, estimatedCost = 8_000): Answer {
  const transaction = { id: 't', delta: amount, type: 'release', reference_id: id, created_at: wire(atMs) };
  return {
    status: 200,
    body: {
      reservation_id: id,
      status: 'released',
      estimated_cost: estimatedCost,
      released: amount,
      transaction,
      account,
    },
  };
}

export function used(units: number, atMs: number, account: object, more: object = {}): Answer {
  const transaction = { id: 'u', delta: units * -1_000, type: 'consumption', created_at: wire(atMs) };
  return {
    status: 201,
    body: { units, event_id: null, duplicate: false, cost: units * 1_000, transaction, account, ...more },
  };
}

export function look(
  customer: string,
  fromMs: number,
  balance: number,
  reserved: number,
  version: number,
  earned = 10_000,
): AnyCall {
  const blocks = [{ remaining_amount: balance, held_amount: reserved, expires_at: null }];
  const body = { ...accountOf(balance, reserved), lifetime_earned: earned, version, blocks };
  return call({ type: 'getAccount', customer }, { status: 200, body }, fromMs);
}

export function problem(slug: string): Answer {
  return {
    status: slug === 'insufficient-credits' ? 402 : 409,
    body: { type: `https://api.quotastack.io/errors/${slug}` },
  };
}

export const insufficient = problem('insufficient-credits');

/** 8,000 of 10,000 are held for a second, at 10. */
export const first = call(hold(8), held(8, 10, accountOf(10_000, 8_000)), 10);

export function explains(...calls: readonly AnyCall[]): boolean {
  const customer = calls[0]?.operation.customer ?? '';
  return checkLinearizable(creditSpec(customer, 2), calls).isLinearizable;
}
