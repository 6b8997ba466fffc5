import { chooseFree, chooseHeld, effective, heldByHold } from './balances.ts';
import type { SingleCommand } from './command.ts';
import { addUp, endSlices, enter, merge, negate, takeFromBlocks, takeFromSlices } from './ledger.ts';
import { price } from './price.ts';
import { tidy } from './settle.ts';
import { sum } from './state.ts';
import type { Hold, State } from './state.ts';

export type HoldCommand = SingleCommand & { type: 'hold' | 'extend' | 'commit' | 'release' };

const defaultTtlSeconds = 1_800;
const longestTtlSeconds = 86_400;

export function applyToHold(state: State, fact: string, command: HoldCommand): void {
  switch (command.type) {
    case 'hold':
      return make(state, fact, command);
    case 'extend':
      return extend(state, fact, holdOf(state, command.hold), command);
    case 'commit':
      return commit(state, fact, holdOf(state, command.hold), command);
    case 'release':
      return release(state, fact, holdOf(state, command.hold));
  }
}

export function holdOf(state: State, name: string): Hold {
  const found = state.holds.find((hold) => hold.name === name);
  if (found === undefined) throw new Error(`The model has no ${name}.`);
  return found;
}

/**
 * What more units cost that are committed. The reference is silent; this is what the service does: all units so far are
 * priced together, what was priced before is taken off, and nothing is given back where more units cost less.
 */
function priceOfCommit(hold: Hold, more: bigint): bigint {
  return beyond(price(hold.rule, committedUnits(hold) + more), pricedSoFar(hold));
}

/** The same for units that are added to the estimate. */
export function priceOfExtension(hold: Hold, more: bigint): bigint {
  return beyond(price(hold.rule, hold.units + more), hold.cost);
}

export function committedUnits({ commits }: Hold): bigint {
  return sum(commits.map(({ units }) => units));
}

function pricedSoFar(hold: Hold): bigint {
  let units = 0n;
  let most = 0n;
  for (const commit of hold.commits) {
    units += commit.units;
    most += beyond(price(hold.rule, units), most);
  }
  return most;
}

function beyond(amount: bigint, before: bigint): bigint {
  return amount > before ? amount - before : 0n;
}

/** The most that a commit may debit: what the hold itself holds, and what is free, or less what is owed. */
function mostToDebit(state: State, hold: Hold): bigint {
  const most = heldByHold(state, hold.name) + effective(state, hold.customer);
  return most > 0n ? most : 0n;
}

function make(state: State, fact: string, command: SingleCommand & { type: 'hold' }): void {
  const { customer, metric, metadata = {} } = command;
  const rule = state.rules.get(metric)!;
  const units = BigInt(command.units);
  const cost = price(rule, units);
  state.holds.push({
    name: `hold ${fact}`,
    customer,
    metric,
    rule,
    units,
    cost,
    metadata,
    createdAtMs: state.nowMs,
    expiresAtMs: expiryOf(state, command.ttlSeconds ?? defaultTtlSeconds),
    commits: [],
    status: 'active',
  });
  take(state, fact, holdOf(state, `hold ${fact}`), cost, units);
}

function expiryOf({ nowMs }: State, ttlSeconds: number): number {
  return nowMs + Math.round(1_000 * (ttlSeconds > longestTtlSeconds ? longestTtlSeconds : ttlSeconds));
}

function take(state: State, fact: string, { name, customer, metric }: Hold, cost: bigint, units: bigint): void {
  const parts = chooseFree(state, customer, cost);
  for (const { block, amount } of parts) state.slices.push({ hold: name, block, amount });
  const amounts = { delta: -cost, reservedDelta: cost, parts: negate(parts) };
  enter(state, { customer, type: 'hold', fact, ...amounts, reference: { name }, metric, units });
}

function extend(state: State, fact: string, hold: Hold, command: SingleCommand & { type: 'extend' }): void {
  const more = BigInt(command.units ?? 0);
  const cost = priceOfExtension(hold, more);
  hold.units += more;
  hold.cost += cost;
  const expiresAtMs = command.ttlSeconds === undefined ? 0 : expiryOf(state, command.ttlSeconds);
  if (expiresAtMs > hold.expiresAtMs) hold.expiresAtMs = expiresAtMs;
  if (command.units !== undefined) take(state, fact, hold, cost, more);
}

/** First what is held, then what is free; at the last commit the rest is free again. */
function commit(state: State, fact: string, hold: Hold, command: SingleCommand & { type: 'commit' }): void {
  const { name, customer, metric } = hold;
  const units = BigInt(command.units);
  const wanted = priceOfCommit(hold, units);
  const most = mostToDebit(state, hold);
  const cost = wanted < most ? wanted : most;
  const heldBefore = heldByHold(state, name);
  const own = chooseHeld(state, hold, cost);
  takeFromSlices(state, name, own);
  const taken = takeFromBlocks(state, own);
  const parts = merge([...taken, ...takeFromBlocks(state, chooseFree(state, customer, cost - addUp(own)))]);
  hold.commits.push({ fact, units, wanted, cost });
  hold.metadata = { ...hold.metadata, ...command.metadata };
  if (command.isFinal !== false) hold.status = 'committed';
  const freed = command.isFinal === false ? [] : endSlices(state, name);
  const amounts = { delta: -cost, balanceDelta: -cost, reservedDelta: heldByHold(state, name) - heldBefore };
  enter(state, { customer, type: 'consumption', fact, ...amounts, parts, reference: { name }, metric, units });
  tidy(state, customer, freed);
}

function release(state: State, fact: string, hold: Hold): void {
  const { name, customer, metric } = hold;
  const parts = endSlices(state, name);
  hold.status = 'released';
  const amounts = { delta: addUp(parts), reservedDelta: -addUp(parts) };
  enter(state, { customer, type: 'release', fact, ...amounts, parts, reference: { name }, metric });
  tidy(state, customer, parts);
}
