/** Guarantees of the list of a customer's holds, which both forms of its path have. */
import { describe, expect, test } from 'vitest';

import type { Scenario } from '../../targets/describe-targets.ts';
import { testUnauthorized } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { CreditClient } from './credit-client.ts';
import type { CustomerIds, Result } from './credit-client.ts';
import { testPaging } from './paging.ts';
import { anybody } from './path-forms.ts';
import type { PathForm } from './path-forms.ts';
import { expectFaults } from './problems.ts';
import { testUnknownCustomer } from './unknown-customer.ts';

type Status = Result<'getHold'>['status'];

export function describeHoldListing(scenario: Scenario, form: PathForm): void {
  const { clock, sweep, send } = scenario;
  const credits = new CreditClient(scenario);

  const pathOf = (customer: CustomerIds, query = '') => `${form(customer)}/reservations${query}`;
  const list = (customer: CustomerIds, query = '') => credits.get<'listHolds'>(pathOf(customer, query));
  const idsOf = ({ data }: Result<'listHolds'>) => data.map(({ id }) => id);

  describe('200', () => {
    test('shows each hold with all that is known about it, but not the balances, which are the same for all', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const { account: _, ...held } = await credits.hold(customer, metric, 10, {
        ttl_seconds: 600,
        metadata: { job: 1 },
      });
      const { reference_id } = await credits.getHold(held);
      expect(await list(customer)).toEqual({
        data: [{ ...held, reference_id, committed_units: 0, committed_cost: 0 }],
        pagination: { has_more: false, next_cursor: null },
      });
    });

    test('is empty for a customer without holds', async () => {
      expect(await list(await credits.open())).toEqual({
        data: [],
        pagination: { has_more: false, next_cursor: null },
      });
    });

    test('shows the holds of this customer only', async () => {
      const [one, other] = [await credits.open(100_000), await credits.open(100_000)];
      const metric = await credits.metricAt(1_000);
      const { id } = await credits.hold(one, metric, 1);
      await credits.hold(other, metric, 1);
      expect(idsOf(await list(one))).toEqual([id]);
    });

    test('filters by status', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const ids = { active: [], committed: [], released: [], expired: [] } as Record<Status, string[]>;
      const hold = async (status: Status, ttlSeconds = 3_600) => {
        const held = await credits.hold(customer, metric, 1, { ttl_seconds: ttlSeconds });
        ids[status].unshift(held.id);
        return held;
      };
      for (let round = 0; round < 2; round += 1) {
        await hold('active');
        await credits.commit(await hold('committed'), 1);
        await credits.release(await hold('released'));
        await hold('expired', 60);
      }
      await clock.advance({ seconds: 60 });
      const expectLists = async () => {
        for (const status of Object.keys(ids) as Status[]) {
          const page = await list(customer, `?status=${status}`);
          expect(idsOf(page)).toEqual(ids[status]);
          expect(page.data.map((row) => row.status)).toEqual([status, status]);
        }
      };
      await expectLists();
      await sweep();
      await expectLists();
    });

    test('shows as expired what has lapsed but has not been swept, however much it is', async () => {
      const customer = await credits.open(1_000_000);
      const metric = await credits.metricAt(1_000);
      const lasting = await credits.hold(customer, metric, 1, { ttl_seconds: 3_600 });
      await Promise.all(Array.from({ length: 120 }, () => credits.hold(customer, metric, 1, { ttl_seconds: 60 })));
      await clock.advance({ seconds: 60 });
      const expectStatuses = async () => {
        expect(idsOf(await list(customer, '?status=active&limit=200'))).toEqual([lasting.id]);
        const { data, pagination } = await list(customer, '?status=expired&limit=200');
        expect(data.map(({ status }) => status)).toEqual(Array(120).fill('expired'));
        expect(pagination).toEqual({ has_more: false, next_cursor: null });
        const all = await list(customer, '?limit=200');
        expect(all.data.filter(({ status }) => status === 'expired')).toHaveLength(120);
      };
      await expectStatuses();
      await sweep();
      await expectStatuses();
    });

    test('goes on where it was although holds end in the meantime', async () => {
      const customer = await credits.open(100_000);
      const metric = await credits.metricAt(1_000);
      const held = [];
      for (let count = 0; count < 6; count += 1) held.unshift(await credits.hold(customer, metric, 1));
      const { pagination } = await list(customer, '?status=active&limit=3');
      for (const index of [0, 2, 3]) await credits.release(held[index]!);
      const next = await list(customer, `?status=active&limit=3&cursor=${pagination.next_cursor}`);
      expect(idsOf(next)).toEqual([held[4]!.id, held[5]!.id]);
    });

    testPaging(scenario, async (client) => {
      const customer = await client.open(1_000_000);
      const metric = await client.metricAt(1);
      const add = async (count: number) => {
        const held = await Promise.all(
          Array.from({ length: count }, () => client.hold(customer, metric, 1, { ttl_seconds: 86_400 })),
        );
        return held.map(({ id }) => id);
      };
      return { path: pathOf(customer, '?status=active'), add };
    });
  });

  scenario.describeGateway('400', () => {
    test.each([
      ['status=gone', 'query.status', 'enum'],
      ['status=ACTIVE', 'query.status', 'enum'],
      ['limit=0', 'query.limit', 'minimum'],
      ['limit=201', 'query.limit', 'maximum'],
      ['limit=1.5', 'query.limit', 'type'],
      ['cursor=made-up', 'query.cursor', 'cursor'],
      ['state=active', 'query.state', 'additionalProperties'],
    ])('refuses %s', async (query, field, rule) => {
      const customer = await credits.open();
      const answer = await send('GET', pathOf(customer, `?${query}`));
      expectFaults(answer, [field, rule]);
    });

    test('refuses the cursor of another status, and of another customer', async () => {
      const [customer, other] = [await credits.open(100_000), await credits.open(100_000)];
      const metric = await credits.metricAt(1_000);
      for (const one of [customer, customer, other, other]) await credits.hold(one, metric, 1);
      const { pagination } = await list(customer, '?limit=1');
      const cursor = `limit=1&cursor=${pagination.next_cursor}`;
      expectFaults(await send('GET', pathOf(customer, `?status=active&${cursor}`)), ['query.cursor', 'cursor']);
      expectFaults(await send('GET', pathOf(other, `?${cursor}`)), ['query.cursor', 'cursor']);
    });
  });

  scenario.describeGateway('401', () =>
    testUnauthorized(scenario, { method: 'GET', path: `${form(anybody)}/reservations` }),
  );

  describe('404', () => testUnknownCustomer(scenario, form, { method: 'GET', end: '/reservations' }));

  test('says when: times are RFC 3339 in UTC with milliseconds', async () => {
    const customer = await credits.open(100_000);
    await credits.hold(customer, await credits.metricAt(1_000), 1);
    expect((await list(customer)).data).toMatchObject([
      { created_at: wireTime(clock), expires_at: wireTime(clock, 1_800) },
    ]);
  });
}
