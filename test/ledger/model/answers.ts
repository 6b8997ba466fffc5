import { holdOf } from './apply-to-hold.ts';
import { customerOf } from './balances.ts';
import type { Fact, SingleCommand } from './command.ts';
import { nameOf } from './name.ts';
import { showBalances, showBlock, showHold, showTime } from './shown.ts';
import type { Entry, State } from './state.ts';

/** What the service must answer to a command that was accepted, in the state right after it. */
export function answerTo(state: State, { name, command }: Fact): object {
  switch (command.type) {
    case 'createCustomer':
    case 'updateCustomer':
      return answerOfCustomer(state, command.customer);
    case 'updateSettings':
      return {
        overage_policy: state.policy,
        overage_limit: state.limit,
        balance_thresholds: inOrder(state.thresholds),
      };
    case 'putThresholds':
      return answerOfThresholds(state, command.customer);
    case 'price':
      return { billable_metric_key: command.metric, active: true, replaced_at: null, ...command.rule };
    case 'grant':
    case 'topUp':
      return { ...answerWithEntry(state, name), block: showBlock(state, `block ${name}`) };
    case 'adjust':
      return answerWithEntry(state, name);
    case 'hold':
      return { ...showHold(state, `hold ${name}`), account: showBalances(state, command.customer) };
    case 'usage':
      return answerOfUsage(state, name, command);
    case 'extend':
      return { ...showHold(state, command.hold), account: showBalances(state, holdOf(state, command.hold).customer) };
    case 'commit':
      return answerOfCommit(state, name, command);
    case 'release':
      return { ...answerOnHold(state, name, command.hold), released: entryOf(state, name).delta };
  }
}

function answerOfCustomer(state: State, externalId: string): object {
  const { policy, limit } = customerOf(state, externalId);
  const id = nameOf(`customer ${externalId}`);
  return { id, external_id: externalId, overage_policy: policy, overage_limit: limit };
}

function answerOfThresholds(state: State, externalId: string): object {
  const { thresholds } = customerOf(state, externalId);
  return {
    customer_id: nameOf(`customer ${externalId}`),
    external_customer_id: externalId,
    amounts: inOrder(thresholds ?? state.thresholds),
    inherited: thresholds === null,
  };
}

function inOrder(amounts: readonly bigint[]): readonly bigint[] {
  return amounts.toSorted((one, other) => (one < other ? -1 : 1));
}

function entryOf(state: State, fact: string): Entry {
  const found = state.entries.find((entry) => entry.fact === fact);
  if (found === undefined) throw new Error(`The model has no entry of ${fact}.`);
  return found;
}

function answerWithEntry(state: State, fact: string): object {
  const { customer } = entryOf(state, fact);
  return {
    customer_id: nameOf(`customer ${customer}`),
    external_customer_id: customer,
    transaction: showEntryBriefly(state, fact),
    account: showBalances(state, customer),
  };
}

function showEntryBriefly(state: State, fact: string): object {
  const { type, delta, atMs } = entryOf(state, fact);
  return { id: nameOf(`entry ${fact}`), type, delta, created_at: showTime(atMs) };
}

function answerOfUsage(state: State, fact: string, command: SingleCommand & { type: 'usage' }): object {
  const { metric, units, event } = command;
  const own = { billable_metric_key: metric, units, event_id: event ?? null, duplicate: false };
  return { ...answerWithEntry(state, fact), ...own, cost: -entryOf(state, fact).delta };
}

function answerOnHold(state: State, fact: string, name: string): object {
  const { customer, status, cost } = holdOf(state, name);
  return {
    reservation_id: nameOf(name),
    status,
    estimated_cost: cost,
    transaction: showEntryBriefly(state, fact),
    account: showBalances(state, customer),
  };
}

/** Whatever left the hold and wasn't debited is released. */
function answerOfCommit(state: State, fact: string, command: SingleCommand & { type: 'commit' }): object {
  const hold = holdOf(state, command.hold);
  const { balanceDelta, reservedDelta } = entryOf(state, fact);
  const made = hold.commits.find((commit) => commit.fact === fact)!;
  const actual = -balanceDelta;
  const released = -reservedDelta > actual ? -reservedDelta - actual : 0n;
  const own = { estimated_units: hold.units, actual_units: made.units, actual_cost: actual };
  return { ...answerOnHold(state, fact, command.hold), ...own, released, uncollected: made.wanted - actual };
}
