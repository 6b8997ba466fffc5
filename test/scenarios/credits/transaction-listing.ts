/** Guarantees of the ledger, which both forms of its path have. */
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { CreditClient } from './credit-client.ts';
import type { CustomerIds, Result, Transaction } from './credit-client.ts';
import { testPaging } from './paging.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { expectFaults } from './problems.ts';
import { testMalformedCustomer, testUnknownCustomer } from './unknown-customer.ts';

const end = '/transactions';

export function describeTransactionListing(scenario: Scenario, form: PathForm): void {
  const { clock, sweep, send } = scenario;
  const credits = new CreditClient(scenario);

  const list = (customer: CustomerIds, query = '') =>
    credits.get<'listTransactions'>(`${form(customer)}${end}${query}`);
  const summaryOf = ({ data }: Result<'listTransactions'>) =>
    data.map(({ type, delta, balance_delta, reserved_delta }) => [type, delta, balance_delta, reserved_delta] as const);

  describe('200', () => {
    test('has an entry of the right type, with the right deltas, for everything that happens to credits', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      await credits.grant(customer, 5_000, { priority: 1, expires_at: wireTime(clock, 60) });
      await credits.commit(await credits.hold(customer, metric, 10), 7);
      await credits.release(await credits.hold(customer, metric, 3));
      await credits.use(customer, metric, 2);
      await credits.adjust(customer, -1_000);
      await credits.adjust(customer, 500);
      await credits.hold(customer, metric, 1, { ttl_seconds: 30 });
      await clock.advance({ seconds: 60 });
      expect(summaryOf(await list(customer))).toEqual([
        ['expiration', -5_000, -5_000, 0],
        ['release', 1_000, 0, -1_000],
        ['hold', -1_000, 0, 1_000],
        ['adjustment', 500, 500, 0],
        ['adjustment', -1_000, -1_000, 0],
        ['consumption', -2_000, -2_000, 0],
        ['release', 3_000, 0, -3_000],
        ['hold', -3_000, 0, 3_000],
        ['consumption', -7_000, -7_000, -10_000],
        ['hold', -10_000, 0, 10_000],
        ['grant', 5_000, 5_000, 0],
        ['grant', 100_000, 100_000, 0],
      ]);
    });

    test('adds up: the deltas to the balances after each entry, the blocks of an entry to its delta', async () => {
      const customer = await credits.open(100_000);
      await credits.patch(`/v1/customers/${customer.id}`, { overage_policy: 'allow' });
      const metric = await credits.metricAt(1_000);
      await credits.grant(customer, 5_000, { priority: -1, expires_at: wireTime(clock, 60) });
      const held = await credits.hold(customer, metric, 8);
      await credits.use(customer, metric, 150);
      await clock.advance({ seconds: 61 });
      await credits.commit(held, 3, { final: false });
      await credits.grant(customer, 100_000);
      await credits.release(held);
      let [balance, reserved] = [0, 0];
      for (const entry of (await list(customer, '?limit=200')).data.toReversed()) {
        balance += entry.balance_delta;
        reserved += entry.reserved_delta;
        expect(entry).toMatchObject({ balance_after: balance, reserved_after: reserved });
        expect(entry.blocks.reduce((sum, { amount }) => sum + amount, 0)).toBe(entry.delta);
      }
      expect(await credits.balances(customer)).toMatchObject({ balance, reserved_balance: reserved });
      expect(await credits.audit(customer)).toMatchObject({ consistent: true });
    });

    test('traces use to the grants that it was paid from', async () => {
      const customer = await credits.open();
      const first = await credits.grant(customer, 4_000, { priority: 1 });
      const second = await credits.grant(customer, 10_000, { priority: 2 });
      await credits.commit(await credits.hold(customer, await credits.metricAt(1_000), 6), 5);
      const [consumption, hold] = (await list(customer)).data;
      expect(hold).toMatchObject({
        type: 'hold',
        blocks: [
          { block_id: first.block.id, amount: -4_000 },
          { block_id: second.block.id, amount: -2_000 },
        ],
      });
      expect(consumption).toMatchObject({
        type: 'consumption',
        blocks: [
          { block_id: first.block.id, amount: -4_000 },
          { block_id: second.block.id, amount: -1_000 },
        ],
      });
    });

    test('shows what has expired with the time at which it did, and the block that it was', async () => {
      const customer = await credits.open();
      const at = wireTime(clock, 60);
      const { block } = await credits.grant(customer, 5_000, { expires_at: at });
      await clock.advance({ seconds: 300 });
      const expected = {
        id: expect.any(String) as unknown,
        type: 'expiration',
        delta: -5_000,
        balance_delta: -5_000,
        reserved_delta: 0,
        balance_after: 0,
        reserved_after: 0,
        reference_id: block.id,
        billable_metric_key: null,
        units: null,
        reason: null,
        metadata: {},
        blocks: [{ block_id: block.id, amount: -5_000 }],
        occurred_at: null,
        created_at: at,
      };
      const { data } = await list(customer);
      expect(data[0]).toEqual(expected);
      await sweep();
      expect((await list(customer)).data).toEqual(data);
    });

    test('shows a hold that expired as a release at the time at which it did, before the sweep as well as after it', async () => {
      const customer = await credits.open(100_000);
      const held = await credits.hold(customer, await credits.metricAt(1_000), 10, { ttl_seconds: 60 });
      await clock.advance({ seconds: 300 });
      const { data } = await list(customer, '?type=release');
      expect(data).toMatchObject([
        { type: 'release', delta: 10_000, reserved_delta: -10_000, reference_id: held.id, created_at: held.expires_at },
      ]);
      await sweep();
      expect((await list(customer, '?type=release')).data).toEqual(data);
    });

    test('never changes what is there: entries are only added', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const seen: Transaction[] = [];
      const look = async () => {
        const { data } = await list(customer, '?limit=200');
        expect(data.slice(data.length - seen.length)).toEqual(seen);
        seen.splice(0, Infinity, ...data);
      };
      const held = await credits.hold(customer, metric, 10, { ttl_seconds: 60 });
      await look();
      await credits.commit(held, 3, { final: false });
      await look();
      await credits.extend(held, { additional_units: 5 });
      await clock.advance({ seconds: 60 });
      await look();
      await sweep();
      await look();
      expect(seen).toHaveLength(5);
    });

    test('filters by type', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      await credits.commit(await credits.hold(customer, metric, 10), 7);
      await credits.release(await credits.hold(customer, metric, 3));
      await credits.adjust(customer, -1_000);
      for (const [type, count] of [
        ['grant', 1],
        ['hold', 2],
        ['release', 1],
        ['consumption', 1],
        ['expiration', 0],
        ['adjustment', 1],
      ] as const) {
        const { data } = await list(customer, `?type=${type}`);
        expect(data.map((entry) => entry.type)).toEqual(Array(count).fill(type));
      }
    });

    test('filters by time: from it on, and before it', async () => {
      const customer = await credits.open();
      const times: string[] = [];
      for (let round = 0; round < 4; round += 1) {
        times.push(wireTime(clock));
        await credits.grant(customer, round + 1);
        await credits.grant(customer, round + 1);
        await clock.advance({ milliseconds: 1 });
      }
      const amounts = async (query: string) => (await list(customer, query)).data.map(({ delta }) => delta);
      expect(await amounts(`?from=${times[2]}`)).toEqual([4, 4, 3, 3]);
      expect(await amounts(`?to=${times[2]}`)).toEqual([2, 2, 1, 1]);
      expect(await amounts(`?from=${times[1]}&to=${times[3]}`)).toEqual([3, 3, 2, 2]);
      expect(await amounts(`?from=${times[1]}&to=${times[3]}&type=grant`)).toEqual([3, 3, 2, 2]);
      expect(await amounts(`?from=${times[1]?.replace('Z', '%2B00:00')}&to=${times[2]}&type=grant`)).toEqual([2, 2]);
      expect(await amounts(`?from=${wireTime(clock)}`)).toEqual([]);
    });

    test('goes on by the cursor within its filters', async () => {
      const customer = await credits.open();
      const from = wireTime(clock);
      for (let round = 0; round < 3; round += 1) {
        await credits.grant(customer, round + 1);
        await credits.adjust(customer, -1);
      }
      await clock.advance({ milliseconds: 1 });
      const to = wireTime(clock);
      await credits.grant(customer, 100);
      const query = `?type=grant&from=${from}&to=${to}&limit=2`;
      const first = await list(customer, query);
      expect(first.data.map(({ delta }) => delta)).toEqual([3, 2]);
      const next = await list(customer, `${query}&cursor=${first.pagination.next_cursor}`);
      expect(next.data.map(({ delta }) => delta)).toEqual([1]);
      expect(next.pagination).toEqual({ has_more: false, next_cursor: null });
    });

    test('shows the entries of this customer only', async () => {
      const [one, other] = [await credits.open(1), await credits.open(2)];
      expect((await list(one)).data.map(({ delta }) => delta)).toEqual([1]);
      expect((await list(other)).data.map(({ delta }) => delta)).toEqual([2]);
    });

    testPaging(scenario, async (client) => {
      const customer = await client.open();
      const add = async (count: number) => {
        const granted = await Promise.all(Array.from({ length: count }, () => client.grant(customer, 1)));
        return granted.map(({ transaction }) => transaction.id);
      };
      return { path: `${form(customer)}${end}`, add };
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['type=debit', 'query.type', 'enum'],
      ['from=yesterday', 'query.from', 'pattern'],
      ['to=2026-11-21', 'query.to', 'pattern'],
      ['from=2026-11-21T09:00:00%2B01:00', 'query.from', 'pattern'],
      ['from=2026-11-21T09:00:00Z&to=2026-11-21T09:00:00Z', 'query.to', 'after'],
      ['from=2026-11-21T09:00:01Z&to=2026-11-21T09:00:00Z', 'query.to', 'after'],
      ['limit=0', 'query.limit', 'minimum'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
      ['kind=grant', 'query.kind', 'additionalProperties'],
    ])('refuses %s', async (query, field, rule) => {
      const answer = await send('GET', `${form(await credits.open())}${end}?${query}`);
      expect(answer.status).toBe(400);
      const { errors } = answer.json as { errors: readonly { pointer: string; rule: string }[] };
      expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(new Set([field]));
      expect(errors.map((error) => error.rule)).toContain(rule);
    });

    test('refuses the cursor of another type, and of another customer', async () => {
      const [customer, other] = [await credits.open(1), await credits.open(1)];
      for (const one of [customer, other]) await credits.grant(one, 1);
      const { pagination } = await list(customer, '?limit=1');
      const cursor = `limit=1&cursor=${pagination.next_cursor}`;
      expectFaults(await send('GET', `${form(customer)}${end}?type=grant&${cursor}`), ['query.cursor', 'cursor']);
      expectFaults(await send('GET', `${form(other)}${end}?${cursor}`), ['query.cursor', 'cursor']);
    });

    testMalformedCustomer(scenario, form, { method: 'GET', end });
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'GET', path: `${form(anybody)}${end}` }));

  describe('404', () => testUnknownCustomer(scenario, form, { method: 'GET', end }));
}
