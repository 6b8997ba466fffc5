import { holdOf } from './apply-to-hold.ts';
import { customerOf } from './balances.ts';
import type { Fact, SingleCommand } from './command.ts';
import { nameOf } from './name.ts';
import { showBalances, showBlock, showHold, showTime } from './shown.ts';
import type { Entry, World } from './state.ts';

/** What the service must answer to a command that was accepted, in the world right after it. */
export function answerTo(world: World, { name, command }: Fact): object {
  switch (command.type) {
    case 'createCustomer':
    case 'updateCustomer':
      return answerOfCustomer(world, command.customer);
    case 'updateSettings':
      return { overage_policy: world.policy, overage_limit: world.limit };
    case 'price':
      return { billable_metric_key: command.metric, active: true, replaced_at: null, ...command.rule };
    case 'grant':
    case 'topUp':
      return { ...answerWithEntry(world, name), block: showBlock(world, `block ${name}`) };
    case 'adjust':
      return answerWithEntry(world, name);
    case 'hold':
      return { ...showHold(world, `hold ${name}`), account: showBalances(world, command.customer) };
    case 'usage':
      return answerOfUsage(world, name, command);
    case 'extend':
      return { ...showHold(world, command.hold), account: showBalances(world, holdOf(world, command.hold).customer) };
    case 'commit':
      return answerOfCommit(world, name, command);
    case 'release':
      return { ...answerOnHold(world, name, command.hold), released: entryOf(world, name).delta };
  }
}

function answerOfCustomer(world: World, externalId: string): object {
  const { policy, limit } = customerOf(world, externalId);
  const id = nameOf(`customer ${externalId}`);
  return { id, external_id: externalId, overage_policy: policy, overage_limit: limit };
}

function entryOf(world: World, fact: string): Entry {
  const found = world.entries.find((entry) => entry.fact === fact);
  if (found === undefined) throw new Error(`The model has no entry of ${fact}.`);
  return found;
}

function answerWithEntry(world: World, fact: string): object {
  const { customer } = entryOf(world, fact);
  return {
    customer_id: nameOf(`customer ${customer}`),
    external_customer_id: customer,
    transaction: showEntryBriefly(world, fact),
    account: showBalances(world, customer),
  };
}

function showEntryBriefly(world: World, fact: string): object {
  const { type, delta, atMs } = entryOf(world, fact);
  return { id: nameOf(`entry ${fact}`), type, delta, created_at: showTime(atMs) };
}

function answerOfUsage(world: World, fact: string, command: SingleCommand & { type: 'usage' }): object {
  const { metric, units, event } = command;
  const own = { billable_metric_key: metric, units, event_id: event ?? null, duplicate: false };
  return { ...answerWithEntry(world, fact), ...own, cost: -entryOf(world, fact).delta };
}

function answerOnHold(world: World, fact: string, name: string): object {
  const { customer, status, cost } = holdOf(world, name);
  return {
    reservation_id: nameOf(name),
    status,
    estimated_cost: cost,
    transaction: showEntryBriefly(world, fact),
    account: showBalances(world, customer),
  };
}

/** Whatever left the hold and wasn't debited is released. */
function answerOfCommit(world: World, fact: string, command: SingleCommand & { type: 'commit' }): object {
  const hold = holdOf(world, command.hold);
  const { balanceDelta, reservedDelta } = entryOf(world, fact);
  const made = hold.commits.find((commit) => commit.fact === fact)!;
  const actual = -balanceDelta;
  const released = -reservedDelta > actual ? -reservedDelta - actual : 0n;
  const own = { estimated_units: hold.units, actual_units: made.units, actual_cost: actual };
  return { ...answerOnHold(world, fact, command.hold), ...own, released, uncollected: made.wanted - actual };
}
