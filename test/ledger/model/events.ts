import { nameOf } from './name.ts';
import { showTime } from './shown.ts';
import type { Entry, State } from './state.ts';

/** An entry, what it leaves, and the thresholds that it takes what can be spent below, the greatest first. */
export interface Telling {
  readonly entry: Entry;
  readonly name: string;
  readonly balance: bigint;
  readonly reserved: bigint;
  readonly passed: readonly bigint[];
}

/** What there is to tell of a customer, worked out from nothing but the amounts of the ledger. */
export function tellingsOf(state: State, customer: string): readonly Telling[] {
  let balance = 0n;
  let reserved = 0n;
  const entries = state.entries.filter((entry) => entry.customer === customer);
  return entries.map((entry, index) => {
    const before = balance - reserved;
    balance += entry.balanceDelta;
    reserved += entry.reservedDelta;
    const after = balance - reserved;
    const passed = entry.thresholds
      .filter((threshold) => before >= threshold && after < threshold)
      .toSorted((one, other) => (one > other ? -1 : 1));
    return { entry, name: `entry ${entry.fact ?? `${customer} ${index}`}`, balance, reserved, passed };
  });
}

/** All events of a customer, from the first to the last. */
export function showEvents(state: State, customer: string): readonly object[] {
  return tellingsOf(state, customer).flatMap((telling) => {
    const { entry } = telling;
    const shared = {
      created_at: showTime(entry.atMs),
      api_key_label: entry.isLapse ? null : 'program',
      customer_id: nameOf(`customer ${customer}`),
      external_customer_id: customer,
    };
    return [showEntryEvent(telling), ...showLowEvents(telling), ...showOverage(telling)].map((own) => {
      return { ...own, ...shared };
    });
  });
}

const types = {
  grant: 'credits.granted',
  hold: 'credits.held',
  release: 'credits.released',
  consumption: 'credits.consumed',
  expiration: 'credits.expired',
  adjustment: 'credits.adjusted',
};

function showEntryEvent({ entry, name, balance, reserved }: Telling): object {
  const { reference } = entry;
  const data = {
    transaction_id: nameOf(name),
    delta: entry.delta,
    balance,
    reserved_balance: reserved,
    effective_balance: balance - reserved,
    reference_id: reference === null ? null : 'name' in reference ? nameOf(reference.name) : reference.event,
    billable_metric_key: entry.metric,
    units: entry.units,
    reason: entry.reason,
  };
  return { type: types[entry.type], data };
}

function showLowEvents({ name, balance, reserved, passed }: Telling): readonly object[] {
  return passed.map((threshold) => {
    const data = { threshold, effective_balance: balance - reserved, transaction_id: nameOf(name) };
    return { type: 'credits.balance_low', data };
  });
}

function showOverage({ entry, name }: Telling): readonly object[] {
  const { metric, units, delta, overage } = entry;
  if (overage === null) return [];
  const data = { transaction_id: nameOf(name), billable_metric_key: metric, units, cost: -delta, overage };
  return [{ type: 'credits.overage', data }];
}
