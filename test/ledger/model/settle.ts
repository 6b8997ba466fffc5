import { chooseFree, customerOf, heldByHold, isExpired, unheld } from './balances.ts';
import { addUp, endSlices, enter, takeFromBlocks } from './ledger.ts';
import type { Block, Hold, Part, World } from './state.ts';

/** Lets time pass: one after the other, everything lapses that is due. */
export function settle(world: World, nowMs: number): void {
  for (let due = nextDue(world, nowMs); due !== undefined; due = nextDue(world, nowMs)) {
    world.nowMs = due.atMs;
    if ('hold' in due) lapse(world, due.hold);
    else expire(world, due.block);
  }
  world.nowMs = nowMs;
}

/**
 * After these parts of blocks have become free: what lies in an expired block expires, and the rest pays the debt
 * first. The reference is silent about the order; it is the service's.
 */
export function tidy(world: World, customer: string, freed: readonly Part[]): void {
  for (const { block: name } of freed) {
    const block = world.blocks.find((one) => one.name === name);
    if (block !== undefined && isExpired(world, block) && unheld(world, block) > 0n) expire(world, block);
  }
  payDebt(world, customer);
}

type Due = { readonly atMs: number; readonly hold: Hold } | { readonly atMs: number; readonly block: Block };

/** Of what lapses at the same time, holds come first. The reference is silent; it is how the service does it. */
function nextDue(world: World, nowMs: number): Due | undefined {
  const holds = world.holds
    .filter((hold) => hold.status === 'active')
    .map((hold): Due => ({ atMs: hold.expiresAtMs, hold }));
  const blocks = world.blocks
    .filter((block) => block.expiresAtMs !== null && unheld(world, block) > 0n)
    .map((block): Due => ({ atMs: block.expiresAtMs!, block }));
  let next: Due | undefined;
  for (const due of [...holds, ...blocks]) {
    if (due.atMs <= nowMs && (next === undefined || due.atMs < next.atMs)) next = due;
  }
  return next;
}

function lapse(world: World, hold: Hold): void {
  const held = heldByHold(world, hold.name);
  const parts = endSlices(world, hold.name);
  hold.status = 'expired';
  enter(world, {
    customer: hold.customer,
    type: 'release',
    delta: held,
    reservedDelta: -held,
    parts,
    reference: { name: hold.name },
    metric: hold.metric,
  });
  tidy(world, hold.customer, parts);
}

function expire(world: World, block: Block): void {
  const { customer, name } = block;
  const delta = -unheld(world, block);
  block.left += delta;
  const parts = [{ block: name, amount: delta }];
  enter(world, { customer, type: 'expiration', delta, balanceDelta: delta, parts, reference: { name } });
}

function payDebt(world: World, externalId: string): void {
  const customer = customerOf(world, externalId);
  const paid = chooseFree(world, externalId, customer.debt);
  if (paid.length === 0) return;
  const negative = takeFromBlocks(world, paid);
  customer.debt -= addUp(paid);
  const parts = [...negative, { block: customer.debtName!, amount: addUp(paid) }];
  if (customer.debt === 0n) customer.debtName = undefined;
  enter(world, { customer: externalId, type: 'adjustment', parts, reason: 'overage paid' });
}
