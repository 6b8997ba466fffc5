import { committedUnits, holdOf, priceOfExtension } from './apply-to-hold.ts';
import { blocksOf, customerOf, effective, lifetimeEarned, policyOf } from './balances.ts';
import type { SingleCommand } from './command.ts';
import { price } from './price.ts';
import { sum } from './state.ts';
import type { Customer, State } from './state.ts';

type Refusal =
  | 'not_found'
  | 'conflict'
  | 'invalid_request'
  | 'insufficient_credits'
  | 'no_metering_rule'
  | 'reservation_not_active'
  | 'reservation_expired';

const greatest = BigInt(Number.MAX_SAFE_INTEGER);

/** Why a command is refused at this moment; undefined if it isn't. */
export function refusalOf(state: State, command: SingleCommand): Refusal | undefined {
  switch (command.type) {
    case 'updateSettings':
    case 'price':
      return undefined;
    case 'createCustomer':
      return isKnown(state, command.customer) ? 'conflict' : undefined;
    case 'extend':
    case 'commit':
    case 'release':
      return refusalOnHold(state, command);
    case 'topUp':
      return refusalOfGrant(state, command);
    default:
      if (!isKnown(state, command.customer)) return 'not_found';
      return refusalOnCustomer(state, command);
  }
}

function isKnown(state: State, customer: string): boolean {
  return state.customers.some(({ externalId }) => externalId === customer);
}

function refusalOnCustomer(
  state: State,
  command: SingleCommand & { type: 'updateCustomer' | 'putThresholds' | 'grant' | 'adjust' | 'hold' | 'usage' },
): Refusal | undefined {
  switch (command.type) {
    case 'updateCustomer':
    case 'putThresholds':
      return undefined;
    case 'grant':
      return refusalOfGrant(state, command);
    case 'adjust':
      return refusalOfCorrection(state, command);
    case 'hold':
    case 'usage':
      return refusalOfUnits(state, command);
  }
}

function refusalOfCorrection(state: State, command: SingleCommand & { type: 'adjust' }): Refusal | undefined {
  const { customer, delta } = command;
  if (delta > 0) return isTooMuch(state, customer, delta, 'corrected') ? 'invalid_request' : undefined;
  return effective(state, customer) < BigInt(-delta) ? 'insufficient_credits' : undefined;
}

function refusalOfUnits(state: State, command: SingleCommand & { type: 'hold' | 'usage' }): Refusal | undefined {
  const rule = state.rules.get(command.metric);
  if (rule === undefined) return 'no_metering_rule';
  const cost = price(rule, BigInt(command.units));
  if (cost > greatest) return 'invalid_request';
  const left = effective(state, command.customer) - cost;
  return left < lowest(state, command) ? 'insufficient_credits' : undefined;
}

function refusalOfGrant(state: State, command: SingleCommand & { type: 'grant' | 'topUp' }): Refusal | undefined {
  const { customer, credits, expiresAtMs } = command;
  if (expiresAtMs !== undefined && expiresAtMs <= state.nowMs) return 'invalid_request';
  return isKnown(state, customer) && isTooMuch(state, customer, credits, 'granted') ? 'invalid_request' : undefined;
}

/**
 * Numbers that JSON can't carry exactly are refused. Which those are the reference doesn't say; it is how the service
 * does it: what is left of all blocks together, and what was ever granted, corrections left out.
 */
function isTooMuch(state: State, customer: string, credits: number, kind: 'granted' | 'corrected'): boolean {
  const left = sum(blocksOf(state, customer).map((block) => block.left));
  const earned = kind === 'granted' ? lifetimeEarned(state, customer) : 0n;
  return left + BigInt(credits) > greatest || earned + BigInt(credits) > greatest;
}

/** How far down usage may take what is left, and a hold, which no policy lets go below 0. */
function lowest(state: State, command: SingleCommand & { type: 'hold' | 'usage' }): bigint {
  if (command.type === 'hold') return 0n;
  const customer = customerOf(state, command.customer);
  if (policyOf(state, customer) === 'block') return 0n;
  return -(limitOf(state, customer) ?? greatest);
}

/** A customer with neither a policy nor a limit of its own has the tenant's. */
function limitOf(state: State, customer: Customer): bigint | null {
  return customer.policy === null && customer.limit === null ? state.limit : customer.limit;
}

function refusalOnHold(
  state: State,
  command: SingleCommand & { type: 'extend' | 'commit' | 'release' },
): Refusal | undefined {
  if (!state.holds.some(({ name }) => name === command.hold)) return 'not_found';
  const hold = holdOf(state, command.hold);
  if (hold.status === 'expired') return 'reservation_expired';
  if (hold.status !== 'active') return 'reservation_not_active';
  if (command.type === 'release') return undefined;
  const units = (command.type === 'commit' ? committedUnits(hold) : hold.units) + BigInt(command.units ?? 0);
  if (units > greatest || price(hold.rule, units) > greatest) return 'invalid_request';
  const cost = command.type === 'commit' ? 0n : priceOfExtension(hold, BigInt(command.units ?? 0));
  return cost > 0n && effective(state, hold.customer) < cost ? 'insufficient_credits' : undefined;
}
