import { chooseFree, customerOf, heldByHold, isExpired, unheld } from './balances.ts';
import { addUp, endSlices, enter, takeFromBlocks } from './ledger.ts';
import type { Block, Hold, Part, State } from './state.ts';

/** Lets time pass: one after the other, everything lapses that is due. */
export function settle(state: State, nowMs: number): void {
  state.isLapsing = true;
  for (let due = nextDue(state, nowMs); due !== undefined; due = nextDue(state, nowMs)) {
    state.nowMs = due.atMs;
    if ('hold' in due) lapse(state, due.hold);
    else expire(state, due.block);
  }
  state.isLapsing = false;
  state.nowMs = nowMs;
}

/**
 * After these parts of blocks have become free: what lies in an expired block expires, and the rest pays the debt
 * first. The reference is silent about the order; it is the service's.
 */
export function tidy(state: State, customer: string, freed: readonly Part[]): void {
  for (const { block: name } of freed) {
    const block = state.blocks.find((one) => one.name === name);
    if (block !== undefined && isExpired(state, block) && unheld(state, block) > 0n) expire(state, block);
  }
  payDebt(state, customer);
}

type Due = { readonly atMs: number; readonly hold: Hold } | { readonly atMs: number; readonly block: Block };

/** Of what lapses at the same time, holds come first. The reference is silent; it is how the service does it. */
function nextDue(state: State, nowMs: number): Due | undefined {
  const holds = state.holds
    .filter((hold) => hold.status === 'active')
    .map((hold): Due => ({ atMs: hold.expiresAtMs, hold }));
  const blocks = state.blocks
    .filter((block) => block.expiresAtMs !== null && unheld(state, block) > 0n)
    .map((block): Due => ({ atMs: block.expiresAtMs!, block }));
  let next: Due | undefined;
  for (const due of [...holds, ...blocks]) {
    if (due.atMs <= nowMs && (next === undefined || due.atMs < next.atMs)) next = due;
  }
  return next;
}

function lapse(state: State, hold: Hold): void {
  const held = heldByHold(state, hold.name);
  const parts = endSlices(state, hold.name);
  hold.status = 'expired';
  enter(state, {
    customer: hold.customer,
    type: 'release',
    delta: held,
    reservedDelta: -held,
    parts,
    reference: { name: hold.name },
    metric: hold.metric,
  });
  tidy(state, hold.customer, parts);
}

function expire(state: State, block: Block): void {
  const { customer, name } = block;
  const delta = -unheld(state, block);
  block.left += delta;
  const parts = [{ block: name, amount: delta }];
  enter(state, { customer, type: 'expiration', delta, balanceDelta: delta, parts, reference: { name } });
}

function payDebt(state: State, externalId: string): void {
  const customer = customerOf(state, externalId);
  const paid = chooseFree(state, externalId, customer.debt);
  if (paid.length === 0) return;
  const negative = takeFromBlocks(state, paid);
  customer.debt -= addUp(paid);
  const parts = [...negative, { block: customer.debtName!, amount: addUp(paid) }];
  if (customer.debt === 0n) customer.debtName = undefined;
  enter(state, { customer: externalId, type: 'adjustment', parts, reason: 'overage paid' });
}
