import { applyToHold } from './apply-to-hold.ts';
import { chooseFree, customerOf } from './balances.ts';
import type { Fact, Overage, SingleCommand } from './command.ts';
import { addUp, enter, takeFromBlocks } from './ledger.ts';
import { price } from './price.ts';
import { tidy } from './settle.ts';
import type { Block, Customer, Part, World } from './state.ts';

/** Takes a fact in. It has been accepted, so nothing is asked here that a refusal could come from. */
export function apply(world: World, { name, command }: Fact): void {
  switch (command.type) {
    case 'createCustomer':
      addCustomer(world, command.customer, command.overage);
      return;
    case 'updateCustomer':
      change(customerOf(world, command.customer), command.overage);
      return;
    case 'updateSettings':
      world.policy = command.overage.policy ?? world.policy;
      if (command.overage.limit !== undefined) world.limit = toAmount(command.overage.limit);
      return;
    case 'price':
      world.rules.set(command.metric, command.rule);
      return;
    case 'grant':
    case 'topUp':
      return grant(world, name, command);
    case 'adjust':
      return adjust(world, name, command);
    case 'usage':
      return use(world, name, command);
    default:
      applyToHold(world, name, command);
  }
}

function addCustomer(world: World, externalId: string, overage: Overage): void {
  const customer: Customer = { externalId, policy: null, limit: null, debt: 0n, debtName: undefined };
  change(customer, overage);
  world.customers.push(customer);
}

function change(customer: Customer, { policy, limit }: Overage): void {
  if (policy !== undefined) customer.policy = policy;
  if (limit !== undefined) customer.limit = toAmount(limit);
}

function toAmount(limit: number | null): bigint | null {
  return limit === null ? null : BigInt(limit);
}

function grant(world: World, fact: string, command: SingleCommand & { type: 'grant' | 'topUp' }): void {
  const { type, customer } = command;
  if (!world.customers.some(({ externalId }) => externalId === customer)) addCustomer(world, customer, {});
  const original = BigInt(command.credits);
  addBlock(world, fact, customer, {
    original,
    priority: command.priority ?? 0,
    expiresAtMs: command.expiresAtMs ?? null,
    pricePaid: type === 'topUp' ? (command.pricePaid ?? null) : null,
    source: type === 'topUp' ? 'topup' : 'promotion',
  });
  const parts = [{ block: `block ${fact}`, amount: original }];
  const reference = { name: `block ${fact}` };
  enter(world, { customer, type: 'grant', fact, delta: original, balanceDelta: original, parts, reference });
  tidy(world, customer, []);
}

type BlockTerms = Pick<Block, 'original' | 'priority' | 'expiresAtMs' | 'pricePaid' | 'source'>;

function addBlock(world: World, fact: string, customer: string, terms: BlockTerms): void {
  world.blocks.push({ name: `block ${fact}`, customer, createdAtMs: world.nowMs, left: terms.original, ...terms });
}

function adjust(world: World, fact: string, { customer, delta: given }: SingleCommand & { type: 'adjust' }): void {
  const delta = BigInt(given);
  const name = `block ${fact}`;
  const terms = { original: delta, priority: 0, expiresAtMs: null, pricePaid: null, source: 'adjustment' };
  if (delta > 0n) addBlock(world, fact, customer, terms);
  const added = [{ block: name, amount: delta }];
  const parts = delta > 0n ? added : takeFromBlocks(world, chooseFree(world, customer, -delta));
  const details = { parts, reference: delta > 0n ? { name } : null, reason: 'correction' };
  enter(world, { customer, type: 'adjustment', fact, delta, balanceDelta: delta, ...details });
  tidy(world, customer, []);
}

/** Usage takes what is free; what it takes beyond that is debt. */
function use(world: World, fact: string, { customer, metric, units, event }: SingleCommand & { type: 'usage' }): void {
  const cost = price(world.rules.get(metric)!, BigInt(units));
  const free = chooseFree(world, customer, cost);
  const parts = [...takeFromBlocks(world, free), ...owe(world, fact, customer, cost - addUp(free))];
  const reference = event === undefined ? null : { event };
  const amounts = { delta: -cost, balanceDelta: -cost };
  enter(world, { customer, type: 'consumption', fact, ...amounts, parts, reference, metric, units: BigInt(units) });
  world.usages.push({ customer, event, fact, atMs: world.nowMs });
}

function owe(world: World, fact: string, externalId: string, amount: bigint): readonly Part[] {
  if (amount === 0n) return [];
  const customer = customerOf(world, externalId);
  customer.debtName ??= `debt ${fact}`;
  customer.debt += amount;
  return [{ block: customer.debtName, amount: -amount }];
}
