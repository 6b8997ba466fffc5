import { committedUnits, holdOf } from './apply-to-hold.ts';
import { balance, blocksOf, effective, heldOfBlock, lifetimeEarned, reserved } from './balances.ts';
import { inBurnDownOrder } from './burn-down-order.ts';
import { nameOf } from './name.ts';
import { sum } from './state.ts';
import type { Entry, State } from './state.ts';

/** What reads must show of the state. */

export function showTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function showBalances(state: State, customer: string) {
  return {
    balance: balance(state, customer),
    reserved_balance: reserved(state, customer),
    effective_balance: effective(state, customer),
  };
}

/** The blocks that have credits left in burn-down order, then the debt. */
export function showAccount(state: State, customer: string): object {
  const blocks = inBurnDownOrder(state, blocksOf(state, customer)).filter(({ left }) => left > 0n);
  return {
    customer_id: nameOf(`customer ${customer}`),
    external_customer_id: customer,
    ...showBalances(state, customer),
    lifetime_earned: lifetimeEarned(state, customer),
    blocks: [...blocks.map(({ name }) => showBlock(state, name)), ...showDebt(state, customer)],
    blocks_has_more: false,
  };
}

export function showBlock(state: State, name: string): object {
  const block = state.blocks.find((one) => one.name === name);
  if (block === undefined) throw new Error(`The model has no ${name}.`);
  return {
    id: nameOf(name),
    original_amount: block.original,
    remaining_amount: block.left,
    held_amount: heldOfBlock(state, name),
    priority: block.priority,
    expires_at: block.expiresAtMs === null ? null : showTime(block.expiresAtMs),
    source: block.source,
    price_paid: block.pricePaid,
    created_at: showTime(block.createdAtMs),
  };
}

function showDebt(state: State, externalId: string): readonly object[] {
  const customer = state.customers.find((one) => one.externalId === externalId);
  if (customer === undefined || customer.debt === 0n) return [];
  const amounts = { original_amount: 0, remaining_amount: -customer.debt, held_amount: 0 };
  return [{ id: nameOf(customer.debtName!), ...amounts, source: 'overage', expires_at: null }];
}

export function showHold(state: State, name: string): object {
  const hold = holdOf(state, name);
  return {
    id: nameOf(name),
    customer_id: nameOf(`customer ${hold.customer}`),
    external_customer_id: hold.customer,
    billable_metric_key: hold.metric,
    estimated_units: hold.units,
    estimated_cost: hold.cost,
    status: hold.status,
    expires_at: showTime(hold.expiresAtMs),
    metadata: hold.metadata,
    created_at: showTime(hold.createdAtMs),
  };
}

/** The members that a hold has once it can be looked up. */
export function showHoldFully(state: State, name: string): object {
  const hold = holdOf(state, name);
  const cost = sum(hold.commits.map((commit) => commit.cost));
  const own = { committed_units: committedUnits(hold), committed_cost: cost };
  const reference_id = nameOf(`entry ${name.replace('hold ', '')}`);
  return { ...showHold(state, name), ...own, reference_id, account: showBalances(state, hold.customer) };
}

/** The whole ledger of a customer, newest first. */
export function showLedger(state: State, customer: string): readonly object[] {
  const entries = state.entries.filter((entry) => entry.customer === customer);
  let balanceAfter = 0n;
  let reservedAfter = 0n;
  return entries
    .map((entry, index) => {
      balanceAfter += entry.balanceDelta;
      reservedAfter += entry.reservedDelta;
      const id = nameOf(`entry ${entry.fact ?? `${customer} ${index}`}`);
      return { id, ...showEntry(entry), balance_after: balanceAfter, reserved_after: reservedAfter };
    })
    .toReversed();
}

function showEntry(entry: Entry): object {
  const { reference } = entry;
  return {
    type: entry.type,
    delta: entry.delta,
    balance_delta: entry.balanceDelta,
    reserved_delta: entry.reservedDelta,
    reference_id: reference === null ? null : 'name' in reference ? nameOf(reference.name) : reference.event,
    billable_metric_key: entry.metric,
    units: entry.units,
    reason: entry.reason,
    blocks: entry.parts.map(({ block, amount }) => ({ block_id: nameOf(block), amount })),
    created_at: showTime(entry.atMs),
  };
}
