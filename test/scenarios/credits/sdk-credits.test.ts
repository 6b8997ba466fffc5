import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';
import { NotFoundError } from '@holdfast/sdk';
import type { CustomerReference } from '@holdfast/sdk';
import { afterEach, describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { rejectionOf } from '../rejection.ts';
import { wireTime } from '../wire-time.ts';
import { beginCredits } from './begin-credits.ts';
import { balances, CreditClient } from './credit-client.ts';
import type { CustomerIds } from './credit-client.ts';
import { Program } from './program.ts';
import { uuid } from './uuid.ts';

type Form = (customer: CustomerIds) => CustomerReference;

const forms: readonly (readonly [name: string, form: Form])[] = [
  ['its external id', ({ externalId }) => externalId],
  ['{ externalId }', ({ externalId }) => ({ externalId })],
  ['{ id }', ({ id }) => ({ id })],
];

/** A list of whatever, as the SDK hands it out. */
interface Listing extends PromiseLike<ListPage>, AsyncIterable<object> {
  byPage(): AsyncIterable<ListPage>;
}

interface ListPage {
  readonly data: readonly object[];
}

const page = { pagination: { has_more: false, next_cursor: null } };

describeTargets('credits in the SDK', (scenario) => {
  const { holdfast, clock, unique } = scenario;
  const client = new CreditClient(scenario);

  afterEach(() =>
    holdfast.credits.updateSettings({ overage_policy: 'block', overage_limit: null, emit_reservation_expired: false }),
  );

  describe.each(forms)('with a customer named by %s', (_, form) => {
    test('asks for each operation of the contract that takes it so, and hands out its answer', async () => {
      const program = new Program(scenario);
      const { credits } = program.holdfast;
      const { customer, ids, metric, rule } = await beginCredits(program.holdfast, unique);
      const reference = form(ids);
      const named = { customer_id: ids.id, external_customer_id: ids.externalId };
      const priced = { billable_metric_key: metric };

      expect(await credits.customers.get(reference)).toEqual(customer);
      const renamed = await credits.customers.update(reference, { display_name: 'Books', overage_policy: 'notify' });
      expect(renamed).toEqual({
        ...customer,
        display_name: 'Books',
        overage_policy: 'notify',
        updated_at: wireTime(clock),
      });
      expect((await credits.customers.list()).data).toContainEqual(renamed);
      expect(await credits.metrics.get(metric)).toMatchObject({ key: metric, active_rule_id: rule.id });
      expect((await credits.metrics.list()).data).toContainEqual(await credits.metrics.get(metric));
      expect(await credits.rules.list(priced)).toEqual({ data: [rule], ...page });

      const sold = await credits.topUp({ customer: reference, credits: 6_000, price_paid: 499, currency: 'EUR' });
      expect(sold).toMatchObject({
        ...named,
        block: { original_amount: 6_000, price_paid: 499 },
        account: balances(6_000),
      });
      const given = await credits.grant({
        customer: reference,
        credits: 5_000,
        source: 'promotion',
        reason: 'Welcome',
      });
      expect(given).toMatchObject({ ...named, block: { source: 'promotion' }, account: balances(11_000) });
      const corrected = await credits.adjust({ customer: reference, delta: -1_000, reason: 'Too many' });
      expect(corrected).toMatchObject({ ...named, transaction: { delta: -1_000 }, account: balances(10_000) });
      const account = await credits.account(reference, { include_blocks: true });
      expect(account).toMatchObject({ ...named, ...balances(10_000) });
      expect(account.blocks?.map(({ remaining_amount }) => remaining_amount)).toEqual([4_000, 6_000]);

      const entitlement = await credits.entitlement(reference, metric, { units: 4 });
      expect(entitlement).toMatchObject({ ...named, allowed: true, estimated_cost: 4_000, balance_after: 6_000 });
      const hold = await credits.hold({ customer: reference, ...priced, estimated_units: 4, ttl_seconds: 60 });
      expect(hold).toMatchObject({ id: uuid, ...named, status: 'active', account: balances(10_000, 4_000) });
      const extended = await credits.extend(hold.id, { additional_units: 1, ttl_seconds: 90 });
      expect(extended).toMatchObject({ id: hold.id, estimated_units: 5, expires_at: wireTime(clock, 90) });
      expect(await credits.getHold(hold.id)).toEqual(extended);
      const commit = await credits.commit(hold.id, { actual_units: 3 });
      expect(commit).toMatchObject({
        reservation_id: hold.id,
        actual_cost: 3_000,
        released: 2_000,
        account: balances(7_000),
      });
      const other = await credits.hold({ customer: reference, ...priced, estimated_units: 2 });
      const release = await credits.release(other.id);
      expect(release).toMatchObject({
        reservation_id: other.id,
        status: 'released',
        released: 2_000,
        account: balances(7_000),
      });
      const { account: _balances, ...summary } = await credits.getHold(hold.id);
      expect(await credits.holds(reference, { status: 'committed' })).toEqual({ data: [summary], ...page });

      const event = { customer: reference, ...priced, units: 2, event_id: 'render-18' };
      expect(await credits.recordUsage(event)).toMatchObject({
        ...named,
        duplicate: false,
        cost: 2_000,
        account: balances(5_000),
      });
      const { results } = await credits.recordUsageBatch([event, { customer: reference, ...priced, units: 6 }]);
      expect(results.map(({ status, usage }) => [status, usage?.account])).toEqual([
        ['duplicate', balances(5_000)],
        ['recorded', balances(-1_000)],
      ]);
      const thresholds = await credits.setThresholds(reference, [500, 0]);
      expect(thresholds).toEqual({ ...named, amounts: [0, 500], inherited: false });
      const unchanged = { overage_policy: 'block', emit_reservation_expired: false, balance_thresholds: [] } as const;
      const settings = { ...unchanged, overage_limit: 9 };
      expect(await credits.updateSettings({ overage_limit: 9 })).toEqual(settings);
      expect(await credits.settings()).toEqual(settings);
      const { data: events } = await credits.events({ type: 'credits.overage' });
      const overage = { ...named, data: expect.objectContaining({ units: 6, cost: 6_000, overage: 1_000 }) as unknown };
      expect(events).toContainEqual(expect.objectContaining(overage));

      const { data: entries } = await credits.transactions(reference);
      const types = [
        'consumption',
        'consumption',
        'release',
        'hold',
        'consumption',
        'hold',
        'hold',
        'adjustment',
        'grant',
        'grant',
      ];
      expect(entries.map(({ type }) => type)).toEqual(types);
      const audit = await credits.audit(reference);
      expect(audit).toMatchObject({
        ...named,
        consistent: true,
        balance: -1_000,
        transactions: types.length,
        faults: [],
      });
      expect(new Set(program.asked)).toEqual(new Set(operationsFor(reference)));
    });
  });

  describe('a list', () => {
    const { credits } = holdfast;

    /** Five rows of everything that is listed, each made in a millisecond of its own. */
    async function beginLists() {
      const { ids, metric } = await beginCredits(holdfast, unique);
      await credits.topUp({ customer: ids.externalId, credits: 1_000_000 });
      await credits.customers.update(ids.externalId, { overage_policy: 'notify' });
      for (let count = 1; count <= 5; count += 1) {
        await clock.advance({ milliseconds: 1 });
        await credits.customers.create({ external_id: unique('customer') });
        await credits.metrics.create({ key: unique('metric') });
        await credits.rules.create({ billable_metric_key: metric, cost_type: 'per_unit', unit_cost: 1_000 });
        await client.hold(ids, metric, 1);
      }
      await credits.recordUsage({ customer: ids.externalId, billable_metric_key: metric, units: 1_000 });
      for (let count = 1; count <= 5; count += 1) {
        await clock.advance({ milliseconds: 1 });
        await credits.recordUsage({ customer: ids.externalId, billable_metric_key: metric, units: 1 });
      }
      return { ids, metric };
    }

    type Lists = Awaited<ReturnType<typeof beginLists>>;
    type List = (lists: Lists, query: { limit: number }) => Listing;

    const lists: readonly (readonly [name: string, key: string, list: List])[] = [
      ['customers', 'id', (_, query) => credits.customers.list(query)],
      ['metrics', 'key', (_, query) => credits.metrics.list(query)],
      ['rules', 'id', ({ metric }, query) => credits.rules.list({ ...query, billable_metric_key: metric })],
      ['events', 'id', (_, query) => credits.events({ ...query, type: 'credits.overage' })],
      ...forms.flatMap(([name, form]): [string, string, List][] => [
        [
          `holds of a customer named by ${name}`,
          'id',
          ({ ids }, query) => credits.holds(form(ids), { ...query, status: 'active' }),
        ],
        [
          `transactions of a customer named by ${name}`,
          'id',
          ({ ids }, query) => credits.transactions(form(ids), query),
        ],
      ]),
    ];

    test.each(lists)('of %s is its first page, or every row, page after page', async (_, key, list) => {
      const begun = await beginLists();
      const keysOf = (rows: readonly object[]) => rows.map((row) => (row as Record<string, unknown>)[key]);
      const { data: all } = await list(begun, { limit: 200 });
      expect(all.length).toBeGreaterThanOrEqual(5);
      const rows = await rowsOf(list(begun, { limit: 2 }));
      expect(keysOf(rows)).toEqual(keysOf(all));
      const pages: (readonly object[])[] = [];
      for await (const { data } of list(begun, { limit: 2 }).byPage()) pages.push(data);
      expect(pages.slice(0, -1).every(({ length }) => length === 2)).toBe(true);
      expect(pages.flat()).toEqual(rows);
      const first = await list(begun, { limit: 2 });
      expect(first).toEqual({
        data: rows.slice(0, 2),
        pagination: { has_more: true, next_cursor: expect.any(String) },
      });
    });

    test('skips and repeats no row when others come while it is iterated over', async () => {
      const { ids, metric } = await beginLists();
      await credits.topUp({ customer: ids.externalId, credits: 1_000_000 });
      const before = (await credits.holds(ids.externalId)).data.map(({ id }) => id);
      const seen: string[] = [];
      for await (const { id } of credits.holds(ids.externalId, { limit: 1 })) {
        seen.push(id);
        await client.hold(ids, metric, 1);
      }
      expect(seen).toEqual(before);
    });

    test('rejects as a call does', async () => {
      const nobody = unique('nobody');
      await rejectionOf(NotFoundError, credits.holds(nobody));
      await rejectionOf(NotFoundError, rowsOf(credits.transactions(nobody)));
    });
  });

  test('keeps amounts up to 2^53 - 1 exact', async () => {
    const { ids } = await beginCredits(holdfast, unique);
    const largest = Number.MAX_SAFE_INTEGER;
    const granted = await holdfast.credits.grant({ customer: ids.externalId, credits: largest, source: 'test' });
    expect(granted.account).toEqual(balances(largest));
    const taken = await holdfast.credits.adjust({ customer: ids.externalId, delta: -largest + 1, reason: 'test' });
    expect(taken).toMatchObject({ transaction: { delta: -largest + 1 }, account: balances(1) });
  });
});

async function rowsOf<Row>(list: AsyncIterable<Row>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const row of list) rows.push(row);
  return rows;
}

/** The family's operations but for the other form of those that name a customer in their path. */
function operationsFor(reference: CustomerReference): readonly string[] {
  const isById = typeof reference === 'object' && reference.id !== undefined;
  const all: readonly OperationDescription[] = Object.values(operations);
  // The SDK has these elsewhere, since they are of all families.
  const general = ['getLimits', 'updateTenantConfig'];
  const own = all.filter(({ family, operationId }) => family === 'credits' && !general.includes(operationId));
  const ids = own.map(({ operationId }) => operationId);
  const other = (id: string) => (isById ? id.endsWith('ByExternalId') : ids.includes(`${id}ByExternalId`));
  return ids.filter((id) => !other(id));
}
