import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { requestValidators } from './index.ts';
import type { Validator } from './index.ts';

/** So many members that a body of 1 MiB hardly has more. */
const many = 90_000;

const members = (value: unknown, prefix = '$') =>
  Object.fromEntries(Array.from({ length: many }, (_, index) => [`${prefix}${index}`, value]));
const wrongTimes = (count: number) => Array(count).fill({ startsAt: 1, endsAt: 'never', capacityGb: 0.5, a: 1, b: 2 });
const usage = { units: 0, billable_metric_key: '', a: 1, metadata: { $: 1, 'a.b': 2, '': 3 } };

/** Bodies with more faults than anybody reads. */
const bodies: readonly [what: string, validator: Validator<unknown>, body: unknown][] = [
  ['unknown members', requestValidators.createHold.body, members(1)],
  ['unknown members in an item', requestValidators.reserve.body, [{ requester: 'a', resource: 'b', ...members(1) }]],
  ['unknown members in 100 items', requestValidators.reserve.body, Array(100).fill(members(1))],
  ['members of metadata', requestValidators.createCustomer.body, { external_id: 'a', metadata: members(1) }],
  ['labels', requestValidators.registerResources.body, [{ name: 'a', labels: members('') }]],
  ['labels whose values are wrong', requestValidators.registerResources.body, [{ name: 'a', labels: members(1, 'l') }]],
  ['blocks', requestValidators.registerResources.body, Array(100).fill({ name: 'a', blocks: Array(100).fill('') })],
  ['intervals', requestValidators.reserveCapacity.body, { intervals: wrongTimes(3_000) }],
  ['events', requestValidators.recordUsageBatch.body, { events: Array(1_000).fill(usage) }],
];

describe('a validator', () => {
  test.each(bodies)('stops when it has found enough: wrong %s', (_what, validate, body) => {
    expect(validate(body)).toBe(false);
    // An answer names 20 of them, and says that there are more.
    expect(validate.errors?.length).toBeGreaterThan(40);
    expect(validate.errors?.length).toBeLessThan(200);
  });

  test.each([
    ['items', requestValidators.reserve.body, 101],
    ['intervals', requestValidators.reserveCapacity.body, 3_001],
    ['events', requestValidators.recordUsageBatch.body, 1_001],
  ] as const)('looks at none of too many %s', (what, validate, count) => {
    let looks = 0;
    const item = new Proxy({}, { get: () => void (looks += 1), ownKeys: () => ((looks += 1), []) });
    const list = Array(count).fill(item);
    expect(validate(what === 'items' ? list : { [what]: list })).toBe(false);
    expect([looks, validate.errors?.map(({ keyword }) => keyword)]).toEqual([0, ['maxItems']]);
  });

  test('takes no text apart that is longer than any time', () => {
    const split = vi.spyOn(String.prototype, 'split');
    onTestFinished(() => split.mockRestore());
    const isValid = requestValidators.recordUsage.body({
      billable_metric_key: 'a',
      units: 1,
      occurred_at: 't'.repeat(1_000_000),
    });
    expect([isValid, split.mock.calls.length]).toEqual([false, 0]);
  });
});
