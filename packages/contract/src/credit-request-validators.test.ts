import { describe, expect, test } from 'vitest';

import { operations, requestValidators } from './index.ts';
import { faults } from './testing/faults.ts';

const most = Number.MAX_SAFE_INTEGER;
const customerId = '0192f3a4-7c1e-7b52-9d3f-5a6b7c8d9e0f';
const astral = '\u{1f600}';

/** Numbers that are no count of anything, and the rule that each of them breaks. */
const badCounts: readonly (readonly [string, unknown, string])[] = [
  ['0', 0, 'minimum'],
  ['-1', -1, 'minimum'],
  ['1.5', 1.5, 'type'],
  ['2^53', 2 ** 53, 'maximum'],
  ['1e400', JSON.parse('1e400'), 'type'],
  ['a string', '1', 'type'],
  ['null', null, 'type'],
];

const hold = { external_customer_id: 'customer-42', billable_metric_key: 'image-generation', estimated_units: 10 };
const holdFaults = (part: object) => faults(requestValidators.createHold.body, { ...hold, ...part });

describe('a body of createHold', () => {
  test.each([
    ['the least', {}],
    ['everything', { ttl_seconds: 300, metadata: { job: 'render-17' } }],
    ['the most units', { estimated_units: most }],
    ['a number that is an integer in other words', { estimated_units: JSON.parse('1e1') }],
    ['the shortest time to live', { ttl_seconds: 1 }],
    ['a time to live that the rules shorten', { ttl_seconds: 10 ** 9 }],
    ['an external id of 256 code points beyond U+FFFF', { external_customer_id: astral.repeat(256) }],
    ['an external id with any printable characters', { external_customer_id: ' ../$where/__proto__?a=b&\u00e9\u0301' }],
    ['both customer fields, which the rules refuse', { customer_id: customerId }],
    ['neither customer field, which the rules refuse', { external_customer_id: undefined }],
    ['a customer id in capitals', { customer_id: customerId.toUpperCase() }],
    ['a metric key of every kind of character', { billable_metric_key: 'Az09._:-' }],
    ['metadata with anything further down', { metadata: { a: [1, null, { $b: 'c.d', 'e.f': {} }] } }],
  ])('may have %s', (_, part) => {
    expect(holdFaults(part)).toEqual([]);
  });

  test.each(badCounts)('must not have estimated_units %s', (_, units, rule) => {
    expect(holdFaults({ estimated_units: units })).toEqual([`/estimated_units ${rule}`]);
  });

  test.each(badCounts)('must not have ttl_seconds %s', (_, seconds, rule) => {
    expect(holdFaults({ ttl_seconds: seconds })).toEqual([`/ttl_seconds ${rule}`]);
  });

  test.each([
    ['an empty external id', { external_customer_id: '' }, '/external_customer_id minLength'],
    ['a lone surrogate', { external_customer_id: 'a\ud800' }, '/external_customer_id pattern'],
    ['a NUL', { external_customer_id: 'a\u0000' }, '/external_customer_id pattern'],
    ['a line break at the end', { external_customer_id: 'a\n' }, '/external_customer_id pattern'],
    ['a query object as an external id', { external_customer_id: { $ne: null } }, '/external_customer_id type'],
    ['an external id of 257 characters', { external_customer_id: 'a'.repeat(257) }, '/external_customer_id maxLength'],
    ['an empty customer id', { customer_id: '' }, '/customer_id minLength'],
    ['a customer id of 257 characters', { customer_id: 'a'.repeat(257) }, '/customer_id maxLength'],
    ['a metric key with a line break at the end', { billable_metric_key: 'a\n' }, '/billable_metric_key pattern'],
    ['a metric key with a slash', { billable_metric_key: 'a/b' }, '/billable_metric_key pattern'],
    ['a metric key of 129 characters', { billable_metric_key: 'a'.repeat(129) }, '/billable_metric_key maxLength'],
    ['an unknown member', { color: 'red' }, ' additionalProperties'],
    ['metadata that is an array', { metadata: [] }, '/metadata type'],
    ['metadata that is null', { metadata: null }, '/metadata type'],
  ])('must not have %s', (_, part, fault) => {
    expect(holdFaults(part)).toEqual([fault]);
  });

  test.each(['billable_metric_key', 'estimated_units'])('must have %s', (member) => {
    expect(holdFaults({ [member]: undefined })).toEqual([' required']);
  });

  test.each(['__proto__', 'constructor', 'prototype', 'a.b', '$where', '', 'a\u0000', '\ud800'])(
    'must not have metadata with a member named %j',
    (name) => {
      const metadata: unknown = JSON.parse(`{${JSON.stringify(name)}: 1}`);
      expect(holdFaults({ metadata })).toContain('/metadata propertyNames');
    },
  );

  test('must not have an own member named __proto__', () => {
    const body: unknown = JSON.parse('{"billable_metric_key": "a", "estimated_units": 1, "__proto__": {"a": 1}}');
    expect(faults(requestValidators.createHold.body, body)).toEqual([' additionalProperties']);
  });

  test.each([[[]], ['hold'], [null], [1]])('must not be %j', (body) => {
    expect(faults(requestValidators.createHold.body, body)).toEqual([' type']);
  });
});

describe('a body of commitHold', () => {
  const commitFaults = (body: object) => faults(requestValidators.commitHold.body, body);

  test.each([0, 7, most])('may have actual_units %d', (units) => {
    expect(commitFaults({ actual_units: units })).toEqual([]);
    expect(commitFaults({ actual_units: units, final: false, metadata: { stage: 'draft' } })).toEqual([]);
  });

  test.each(badCounts.filter(([name]) => name !== '0'))('must not have actual_units %s', (_, units, rule) => {
    expect(commitFaults({ actual_units: units })).toEqual([`/actual_units ${rule}`]);
  });

  test('must have actual_units, and no other words for final', () => {
    expect(commitFaults({})).toEqual([' required']);
    expect(commitFaults({ actual_units: 1, final: 'no' })).toEqual(['/final type']);
  });
});

describe('a body of extendHold', () => {
  const extendFaults = (body: object) => faults(requestValidators.extendHold.body, body);

  test('extends something', () => {
    expect(extendFaults({})).toEqual([' minProperties']);
    expect(extendFaults({ additional_units: 1 })).toEqual([]);
    expect(extendFaults({ ttl_seconds: 10 ** 9 })).toEqual([]);
  });

  test.each(badCounts)('must not have %s', (_, count, rule) => {
    expect(extendFaults({ additional_units: count })).toEqual([`/additional_units ${rule}`]);
    expect(extendFaults({ ttl_seconds: count })).toEqual([`/ttl_seconds ${rule}`]);
  });
});

describe('a body of createCustomer and updateCustomer', () => {
  const creationFaults = (part: object) => faults(requestValidators.createCustomer.body, { external_id: 'a', ...part });
  const changeFaults = (body: object) => faults(requestValidators.updateCustomer.body, body);

  test.each([
    {},
    { display_name: 'Ada', metadata: {}, overage_policy: 'allow', overage_limit: 0 },
    { display_name: null, overage_policy: null, overage_limit: null },
    { display_name: `${astral}\u00e9`, overage_limit: most },
  ])('may have %j', (part) => {
    expect(creationFaults(part)).toEqual([]);
    expect(changeFaults({ ...part, display_name: 'Ada' })).toEqual([]);
  });

  test.each([
    [{ display_name: '' }, '/display_name minLength'],
    [{ display_name: 'a\u0007' }, '/display_name pattern'],
    [{ metadata: null }, '/metadata type'],
    [{ overage_policy: 'refuse' }, '/overage_policy enum'],
    [{ overage_limit: -1 }, '/overage_limit minimum'],
    [{ overage_limit: 2 ** 53 }, '/overage_limit maximum'],
    [{ overage_limit: JSON.parse('1e400') as number }, '/overage_limit type'],
    [{ color: 'red' }, ' additionalProperties'],
  ])('must not have %j', (part, fault) => {
    expect(creationFaults(part)).toEqual([fault]);
    expect(changeFaults(part)).toEqual([fault]);
  });

  test('has a display name of up to 256 code points', () => {
    expect(creationFaults({ display_name: astral.repeat(256) })).toEqual([]);
    expect(creationFaults({ display_name: astral.repeat(257) })).toEqual(['/display_name maxLength']);
  });

  test('names the customer once and for all', () => {
    expect(creationFaults({ external_id: undefined })).toEqual([' required']);
    expect(changeFaults({ external_id: 'b' })).toEqual([' additionalProperties']);
    expect(changeFaults({})).toEqual([' minProperties']);
  });
});

describe('a body of grantCredits and topUp', () => {
  const grantFaults = (part: object) =>
    faults(requestValidators.grantCredits.body, { credits: 1, source: 'promotion', ...part });
  const topUpFaults = (part: object) => faults(requestValidators.topUp.body, { credits: 1, ...part });

  test.each(badCounts)('must not have credits %s', (_, credits, rule) => {
    expect(grantFaults({ credits })).toEqual([`/credits ${rule}`]);
    expect(topUpFaults({ credits })).toEqual([`/credits ${rule}`]);
  });

  test.each([
    { priority: -1_000_000 },
    { priority: 1_000_000 },
    { expires_at: '2027-11-21T00:00:00Z' },
    { expires_at: '2027-11-21T00:00:00.123+00:00' },
    { metadata: { a: 1 } },
  ])('may have %j', (part) => {
    expect(grantFaults(part)).toEqual([]);
    expect(topUpFaults(part)).toEqual([]);
  });

  test.each([
    [{ priority: 1_000_001 }, '/priority maximum'],
    [{ priority: -1_000_001 }, '/priority minimum'],
    [{ priority: 0.5 }, '/priority type'],
    [{ expires_at: '2027-11-21T00:00:00+01:00' }, '/expires_at pattern'],
    [{ expires_at: '2027-02-29T00:00:00Z' }, '/expires_at format'],
    [{ expires_at: null }, '/expires_at type'],
    [{ color: 'red' }, ' additionalProperties'],
  ])('must not have %j', (part, fault) => {
    expect(grantFaults(part)).toContain(fault);
    expect(topUpFaults(part)).toContain(fault);
  });

  test('of grantCredits says where they come from', () => {
    expect(grantFaults({ source: undefined })).toEqual([' required']);
    expect(grantFaults({ source: 'a'.repeat(65) })).toEqual(['/source maxLength']);
    expect(grantFaults({ source: '\ud800' })).toEqual(['/source pattern']);
    expect(grantFaults({ reason: '' })).toEqual(['/reason minLength']);
    expect(grantFaults({ price_paid: 1 })).toEqual([' additionalProperties']);
  });

  test.each([
    [{ price_paid: 0 }, []],
    [{ price_paid: -1 }, ['/price_paid minimum']],
    [{ price_paid: 49.5 }, ['/price_paid type']],
    [{ currency: 'EUR' }, []],
    [{ currency: 'EURO' }, ['/currency maxLength', '/currency pattern']],
    [{ currency: 'eur' }, ['/currency pattern']],
    [{ package_id: 'a'.repeat(257) }, ['/package_id maxLength']],
    [{ external_payment_id: 'a\n' }, ['/external_payment_id pattern']],
  ])('of topUp %j breaks %j', (part, expected) => {
    expect(topUpFaults(part)).toEqual(expected);
  });
});

describe('a body of adjustCredits', () => {
  test.each([
    [{ delta: -most, reason: 'Granted twice' }, []],
    [{ delta: most, reason: 'Granted twice' }, []],
    [{ delta: -(2 ** 53), reason: 'a' }, ['/delta minimum']],
    [{ delta: 0.5, reason: 'a' }, ['/delta type']],
    [{ delta: 1 }, [' required']],
    [{ delta: 1, reason: '' }, ['/reason minLength']],
    [{ delta: 1, reason: 'a'.repeat(257) }, ['/reason maxLength']],
  ])('%j breaks %j', (body, expected) => {
    expect(faults(requestValidators.adjustCredits.body, body)).toEqual(expected);
  });
});

describe('a body of createMetric', () => {
  test.each([
    ['a', []],
    ['a'.repeat(128), []],
    ['', ['minLength', 'pattern']],
    ['a'.repeat(129), ['maxLength']],
    ['\u00e9', ['pattern']],
    ['a b', ['pattern']],
  ])('with the key %j breaks %j', (key, rules) => {
    const expected = rules.map((rule) => `/key ${rule}`).sort();
    expect(faults(requestValidators.createMetric.body, { key }).sort()).toEqual(expected);
  });
});

describe('a body of createMeteringRule', () => {
  const ruleFaults = (part: object) =>
    faults(requestValidators.createMeteringRule.body, { billable_metric_key: 'a', ...part });
  const tier = { up_to: null, unit_cost: 0 };
  const tiered = { cost_type: 'tiered', mode: 'graduated', tiers: [tier] };

  test.each([
    { cost_type: 'flat', flat_cost: 0 },
    { cost_type: 'per_unit', unit_cost: most },
    tiered,
    { ...tiered, mode: 'volume', tiers: [{ up_to: 1, unit_cost: 1, flat_cost: 1 }, tier] },
    { cost_type: 'package', package_size: 1, package_cost: 0 },
  ])('may be %j', (part) => {
    expect(ruleFaults(part)).toEqual([]);
  });

  test.each([
    [{}, [' required']],
    [{ cost_type: 'free' }, ['/cost_type enum']],
    [{ cost_type: 1 }, ['/cost_type enum', '/cost_type type']],
    [{ cost_type: '__proto__' }, ['/cost_type enum']],
    [{ cost_type: 'flat' }, [' required']],
    [{ cost_type: 'flat', flat_cost: -1 }, ['/flat_cost minimum']],
    [{ cost_type: 'flat', flat_cost: 2 ** 53 }, ['/flat_cost maximum']],
    [{ cost_type: 'flat', flat_cost: 1, unit_cost: 1 }, [' additionalProperties']],
    [{ cost_type: 'per_unit', flat_cost: 1 }, [' additionalProperties', ' required']],
    [{ cost_type: 'per_unit', unit_cost: 0.5 }, ['/unit_cost type']],
    [{ ...tiered, mode: 'stairs' }, ['/mode enum']],
    [{ ...tiered, mode: undefined }, [' required']],
    [{ ...tiered, tiers: [{ unit_cost: 0 }] }, ['/tiers/0 required']],
    [{ ...tiered, tiers: [{ ...tier, up_to: 0 }] }, ['/tiers/0/up_to minimum']],
    [{ ...tiered, tiers: [{ ...tier, color: 'red' }] }, ['/tiers/0 additionalProperties']],
    [{ cost_type: 'package', package_size: 0, package_cost: 1 }, ['/package_size minimum']],
  ])('%j breaks just %j', (part, expected) => {
    expect(ruleFaults(part).sort()).toEqual(expected);
  });

  test('has 1 to 50 tiers', () => {
    const tiersFaults = (tiers: readonly unknown[]) => ruleFaults({ ...tiered, tiers });
    expect(tiersFaults([])).toEqual(['/tiers minItems']);
    expect(tiersFaults(Array(50).fill(tier))).toEqual([]);
    expect(tiersFaults(Array(51).fill(tier))).toEqual(['/tiers maxItems']);
    expect(tiersFaults(Array(5_000).fill(1))).toEqual(['/tiers maxItems']);
  });
});

describe('a body of recordUsage and recordUsageBatch', () => {
  const event = { external_customer_id: 'customer-42', billable_metric_key: 'image-generation', units: 3 };
  const usageFaults = (part: object) => faults(requestValidators.recordUsage.body, { ...event, ...part });
  const batchFaults = (events: unknown) => faults(requestValidators.recordUsageBatch.body, { events });

  test.each(badCounts)('must not have units %s', (_, units, rule) => {
    expect(usageFaults({ units })).toEqual([`/units ${rule}`]);
    expect(batchFaults([event, { ...event, units }])).toEqual([`/events/1/units ${rule}`]);
  });

  test.each([
    [{ event_id: 'a'.repeat(255), occurred_at: '2026-11-21T09:20:00Z' }, []],
    [{ event_id: '' }, ['/event_id minLength']],
    [{ event_id: 'a'.repeat(256) }, ['/event_id maxLength']],
    [{ event_id: 'a\u0000' }, ['/event_id pattern']],
    [{ occurred_at: '2026-11-21' }, ['/occurred_at format', '/occurred_at pattern']],
    [{ color: 'red' }, [' additionalProperties']],
  ])('%j breaks %j', (part, expected) => {
    expect(usageFaults(part).sort()).toEqual(expected);
  });

  test('has 1 to 1,000 events', () => {
    expect(batchFaults([])).toEqual(['/events minItems']);
    expect(batchFaults([event])).toEqual([]);
    expect(batchFaults(Array(1_000).fill(event))).toEqual([]);
    expect(batchFaults(Array(1_001).fill(event))).toEqual(['/events maxItems']);
    expect(batchFaults(Array(100_000).fill(1))).toEqual(['/events maxItems']);
    expect(faults(requestValidators.recordUsageBatch.body, [event])).toEqual([' type']);
  });
});

describe('a body of updateCreditSettings', () => {
  test.each([
    [{ overage_policy: 'notify', overage_limit: null, emit_reservation_expired: true }, []],
    [{}, [' minProperties']],
    [{ overage_policy: null }, ['/overage_policy enum', '/overage_policy type']],
    [{ overage_limit: -1 }, ['/overage_limit minimum']],
    [{ emit_reservation_expired: 'yes' }, ['/emit_reservation_expired type']],
  ])('%j breaks %j', (body, expected) => {
    expect(faults(requestValidators.updateCreditSettings.body, body).sort()).toEqual(expected);
  });
});

describe('a query, a path and headers of credits', () => {
  test.each([
    [{ limit: 200, status: 'expired' }, []],
    [{ limit: 201 }, ['/limit maximum']],
    [{ limit: 0 }, ['/limit minimum']],
    [{ status: 'held' }, ['/status enum']],
    [{ cursor: 'a b' }, ['/cursor pattern']],
    [{ color: 'red' }, [' additionalProperties']],
  ])('of listHolds %j breaks %j', (query, expected) => {
    expect(faults(requestValidators.listHolds.query, query)).toEqual(expected);
    expect(faults(requestValidators.listHoldsByExternalId.query, query)).toEqual(expected);
  });

  test('of getAccount, getEntitlement and listTransactions have values of their types', () => {
    expect(faults(requestValidators.getAccount.query, { include_blocks: true })).toEqual([]);
    expect(faults(requestValidators.getAccount.query, { include_blocks: '1' })).toEqual(['/include_blocks type']);
    expect(faults(requestValidators.getEntitlement.query, { units: most })).toEqual([]);
    expect(faults(requestValidators.getEntitlement.query, { units: 0 })).toEqual(['/units minimum']);
    expect(faults(requestValidators.listTransactions.query, { type: 'debit' })).toEqual(['/type enum']);
    const from = '2026-11-21T09:00:00+01:00';
    expect(faults(requestValidators.listTransactions.query, { from })).toEqual(['/from pattern']);
  });

  test('let ids through that are unknown rather than malformed', () => {
    const { getHold, getCustomer, getCustomerByExternalId, getMetric } = requestValidators;
    expect(faults(getHold.path, { id: 'a' })).toEqual([]);
    expect(faults(getHold.path, { id: 'rsv_01HXY/b' })).toEqual([]);
    expect(faults(getHold.path, { id: 'a\u0000' })).toEqual(['/id pattern']);
    expect(faults(getHold.path, { id: 'a'.repeat(257) })).toEqual(['/id maxLength']);
    expect(faults(getCustomer.path, { customer_id: 'cus_01HXY' })).toEqual([]);
    expect(faults(getCustomerByExternalId.path, { external_id: 'a/b?' })).toEqual([]);
    expect(faults(getCustomerByExternalId.path, { external_id: 'a\u0007' })).toEqual(['/external_id pattern']);
    expect(faults(getMetric.path, { key: 'a b' })).toEqual(['/key pattern']);
  });

  test('take an idempotency key on every write, with and without a body', () => {
    const writes = Object.values(operations).filter(({ family, method }) => family === 'credits' && method !== 'GET');
    expect(writes.filter(({ write }) => !write)).toEqual([]);
    expect(operations.releaseHold).toMatchObject({ write: true, requestBody: false });
    const { headers } = requestValidators.releaseHold;
    expect(faults(headers, { 'Idempotency-Key': 'a' })).toEqual([]);
    expect(faults(headers, { 'Idempotency-Key': '' })).toEqual(['/Idempotency-Key minLength']);
  });
});
