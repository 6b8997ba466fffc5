import { beforeEach, describe, expect, test } from 'vitest';

import { adjust } from './accounts/grants.ts';
import { updateCreditSettings } from './accounts/tenant-settings.ts';
import { settleDue } from './expiry.ts';
import { release } from './holds/rules.ts';
import { CreditState } from './state.ts';
import { TestCustomer } from './testing/test-customer.ts';

let customer: TestCustomer;

beforeEach(() => {
  customer = new TestCustomer();
});

/** Something of everything that a ledger can have, until 9 s. */
function liveThrough(): void {
  customer.state.changeAccount({ overagePolicy: 'allow' });
  customer.give(10_000);
  customer.give(5_000, { expiresAtMs: 3_000, priority: -1 });
  customer.pay(customer.take(4), 1, { isFinal: false });
  release(customer.state, customer.take(1), 0);
  customer.use(2);
  adjust(customer.state, { delta: -1_000, reason: 'Goodwill' }, 0);
  customer.settle(5_000);
  customer.use(9, 6_000);
  customer.give(2_000, {}, 9_000);
}

describe('an event', () => {
  test('is there for each entry of the ledger, and says what that says', () => {
    liveThrough();
    const types = {
      grant: 'credits.granted',
      hold: 'credits.held',
      release: 'credits.released',
      consumption: 'credits.consumed',
      expiration: 'credits.expired',
      adjustment: 'credits.adjusted',
    };
    const entries = customer.entries();
    expect(new Set(entries.map(({ type }) => type))).toEqual(new Set(Object.keys(types)));
    expect(customer.events()).toEqual(
      entries.map((entry) => ({
        type: types[entry.type],
        created_at: new Date(entry.createdAtMs).toISOString(),
        // What lapses, nobody does.
        api_key_label: [1_000, 3_000].includes(entry.createdAtMs) ? null : 'key',
        customer_id: customer.state.customerId,
        external_customer_id: 'acme',
        data: {
          transaction_id: entry.id,
          delta: entry.delta,
          balance: entry.balanceAfter,
          reserved_balance: entry.reservedAfter,
          effective_balance: entry.balanceAfter - entry.reservedAfter,
          reference_id: entry.referenceId,
          billable_metric_key: entry.metricKey,
          units: entry.units,
          reason: entry.reason,
        },
      })),
    );
  });

  test('of what lapses is the same, whoever settles it, and when', () => {
    const settleBy = (apiKeyLabel: string | null, times: readonly number[]) => {
      customer = new TestCustomer();
      const { records, state } = customer;
      const settings = { emitReservationExpired: true, balanceThresholds: [4_000] };
      updateCreditSettings(records, state.customer.tenantPartition, settings);
      customer.give(5_000, { expiresAtMs: 2_000 });
      customer.take(1);
      const settler = new CreditState(records, state.customer, { apiKeyLabel, eventHistoryMs: 60_000 });
      for (const nowMs of times) settleDue(settler, nowMs, 1);
      return customer.events().slice(2);
    };
    const events = settleBy(null, [1_000, 2_000]);
    expect(events.map(({ type, api_key_label: label }) => [type, label])).toEqual([
      ['credits.released', null],
      ['reservation.expired', null],
      ['credits.expired', null],
      ['credits.balance_low', null],
    ]);
    expect(settleBy('key', [9_000, 9_000])).toEqual(events);
  });

  test('is not even looked for where none is kept', () => {
    const { records, state } = customer;
    const quiet = new CreditState(records, state.customer, { apiKeyLabel: 'key', eventHistoryMs: 0 });
    state.changeAccount({ balanceThresholds: [0, 1] });
    quiet.post({ type: 'adjustment', delta: -1, balanceDelta: -1, blocks: [], atMs: 0 });
    expect(customer.events()).toEqual([]);
  });
});

describe('a threshold', () => {
  /** Amounts that were fallen below, and what was left. */
  const lows = () =>
    customer
      .events()
      .filter(({ type }) => type === 'credits.balance_low')
      .map(({ data }) => [data['threshold'], data['effective_balance']]);

  test('is told of when the balance falls below it, and again once it has been at it in between', () => {
    customer.state.changeAccount({ balanceThresholds: [2_000] });
    customer.give(3_000);
    customer.use(1);
    expect(lows()).toEqual([]);
    customer.use(1);
    customer.use(1);
    expect(lows()).toEqual([[2_000, 1_000]]);
    customer.give(2_000);
    customer.use(1);
    expect(lows()).toEqual([
      [2_000, 1_000],
      [2_000, 1_000],
    ]);
  });

  test('that one entry passes with others comes in its turn, with the entry', () => {
    customer.state.changeAccount({ balanceThresholds: [0, 1_000, 4_000, 5_000, 9_000], overagePolicy: 'allow' });
    customer.give(5_000);
    customer.use(6);
    expect(lows()).toEqual([
      [5_000, -1_000],
      [4_000, -1_000],
      [1_000, -1_000],
      [0, -1_000],
    ]);
    const ids = new Set(
      customer
        .events()
        .slice(1)
        .map(({ data }) => data['transaction_id']),
    );
    expect(ids).toEqual(new Set([customer.lastEntry()?.id]));
  });

  test('is of what holds leave: they pass it, and a commit only with what it takes beyond its hold', () => {
    customer.state.changeAccount({ balanceThresholds: [5_000, 7_000] });
    customer.give(9_000);
    const id = customer.take(3);
    expect(lows()).toEqual([[7_000, 6_000]]);
    customer.pay(id, 2, { isFinal: false });
    customer.pay(id, 1, { isFinal: false });
    expect(lows()).toHaveLength(1);
    customer.pay(id, 2);
    expect(lows()).toEqual([
      [7_000, 6_000],
      [5_000, 4_000],
    ]);
  });

  test('is the customer’s own, and otherwise the tenant’s; none of its own are none', () => {
    updateCreditSettings(customer.records, customer.state.customer.tenantPartition, { balanceThresholds: [5_000] });
    customer.give(10_000);
    customer.use(6);
    expect(lows()).toEqual([[5_000, 4_000]]);
    for (const balanceThresholds of [[], [4_000]]) {
      customer.state.changeAccount({ balanceThresholds });
      customer.give(2_000);
      customer.use(2);
    }
    expect(lows()).toHaveLength(1);
    customer.use(1);
    expect(lows()).toEqual([
      [5_000, 4_000],
      [4_000, 3_000],
    ]);
  });
});
