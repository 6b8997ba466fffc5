import { applyToHold } from './apply-to-hold.ts';
import { chooseFree, customerOf, policyOf } from './balances.ts';
import type { Fact, Overage, SingleCommand } from './command.ts';
import { addUp, enter, takeFromBlocks } from './ledger.ts';
import { price } from './price.ts';
import { tidy } from './settle.ts';
import type { Block, Customer, Part, State } from './state.ts';

/** Takes a fact in. It has been accepted, so nothing is asked here that a refusal could come from. */
export function apply(state: State, { name, command }: Fact): void {
  switch (command.type) {
    case 'createCustomer':
      addCustomer(state, command.customer, command.overage);
      return;
    case 'updateCustomer':
      change(customerOf(state, command.customer), command.overage);
      return;
    case 'updateSettings':
      state.policy = command.overage.policy ?? state.policy;
      if (command.overage.limit !== undefined) state.limit = toAmount(command.overage.limit);
      state.thresholds = command.thresholds?.map(BigInt) ?? state.thresholds;
      return;
    case 'putThresholds':
      customerOf(state, command.customer).thresholds = command.amounts && command.amounts.map(BigInt);
      return;
    case 'price':
      state.rules.set(command.metric, command.rule);
      return;
    case 'grant':
    case 'topUp':
      return grant(state, name, command);
    case 'adjust':
      return adjust(state, name, command);
    case 'usage':
      return use(state, name, command);
    default:
      applyToHold(state, name, command);
  }
}

function addCustomer(state: State, externalId: string, overage: Overage): void {
  const nothing = { policy: null, limit: null, thresholds: null, debt: 0n, debtName: undefined };
  const customer: Customer = { externalId, ...nothing };
  change(customer, overage);
  state.customers.push(customer);
}

function change(customer: Customer, { policy, limit }: Overage): void {
  if (policy !== undefined) customer.policy = policy;
  if (limit !== undefined) customer.limit = toAmount(limit);
}

function toAmount(limit: number | null): bigint | null {
  return limit === null ? null : BigInt(limit);
}

function grant(state: State, fact: string, command: SingleCommand & { type: 'grant' | 'topUp' }): void {
  const { type, customer } = command;
  if (!state.customers.some(({ externalId }) => externalId === customer)) addCustomer(state, customer, {});
  const original = BigInt(command.credits);
  addBlock(state, fact, customer, {
    original,
    priority: command.priority ?? 0,
    expiresAtMs: command.expiresAtMs ?? null,
    pricePaid: type === 'topUp' ? (command.pricePaid ?? null) : null,
    source: type === 'topUp' ? 'topup' : 'promotion',
  });
  const parts = [{ block: `block ${fact}`, amount: original }];
  const reference = { name: `block ${fact}` };
  enter(state, { customer, type: 'grant', fact, delta: original, balanceDelta: original, parts, reference });
  tidy(state, customer, []);
}

type BlockTerms = Pick<Block, 'original' | 'priority' | 'expiresAtMs' | 'pricePaid' | 'source'>;

function addBlock(state: State, fact: string, customer: string, terms: BlockTerms): void {
  state.blocks.push({ name: `block ${fact}`, customer, createdAtMs: state.nowMs, left: terms.original, ...terms });
}

function adjust(state: State, fact: string, { customer, delta: given }: SingleCommand & { type: 'adjust' }): void {
  const delta = BigInt(given);
  const name = `block ${fact}`;
  const terms = { original: delta, priority: 0, expiresAtMs: null, pricePaid: null, source: 'adjustment' };
  if (delta > 0n) addBlock(state, fact, customer, terms);
  const added = [{ block: name, amount: delta }];
  const parts = delta > 0n ? added : takeFromBlocks(state, chooseFree(state, customer, -delta));
  const details = { parts, reference: delta > 0n ? { name } : null, reason: 'correction' };
  enter(state, { customer, type: 'adjustment', fact, delta, balanceDelta: delta, ...details });
  tidy(state, customer, []);
}

/** Usage takes what is free; what it takes beyond that is debt. */
function use(state: State, fact: string, { customer, metric, units, event }: SingleCommand & { type: 'usage' }): void {
  const cost = price(state.rules.get(metric)!, BigInt(units));
  const free = chooseFree(state, customer, cost);
  const beyond = cost - addUp(free);
  const parts = [...takeFromBlocks(state, free), ...owe(state, fact, customer, beyond)];
  const reference = event === undefined ? null : { event };
  const isTold = beyond > 0n && policyOf(state, customerOf(state, customer)) === 'notify';
  const amounts = { delta: -cost, balanceDelta: -cost, overage: isTold ? beyond : null };
  enter(state, { customer, type: 'consumption', fact, ...amounts, parts, reference, metric, units: BigInt(units) });
  state.usages.push({ customer, event, fact, atMs: state.nowMs });
}

function owe(state: State, fact: string, externalId: string, amount: bigint): readonly Part[] {
  if (amount === 0n) return [];
  const customer = customerOf(state, externalId);
  customer.debtName ??= `debt ${fact}`;
  customer.debt += amount;
  return [{ block: customer.debtName, amount: -amount }];
}
