import { describe, expect, test } from 'vitest';

import { operations, requestValidators } from './index.ts';
import { faults } from './testing/faults.ts';

const most = Number.MAX_SAFE_INTEGER;
const astral = '\u{1f600}';

/** Times that aren't in UTC, or are none at all. */
const badTimes = [
  '',
  '2026-11-21',
  '2026-11-21T22:00Z',
  '2026-11-21T22:00:00',
  '2026-11-21T22:00:00+01:00',
  '2026-11-21T22:00:00-00:00',
  '2026-11-21t22:00:00z',
  '2025-02-29T22:00:00Z',
  '2026-11-21T24:00:00Z',
  '2016-12-31T23:59:60Z',
  1_795_298_400_000,
  null,
];

const interval = { startsAt: '2026-11-21T22:00:00Z', endsAt: '2026-11-21T22:15:00Z', capacityGb: 64 };

describe.each(['reserveCapacity', 'quoteCapacity'] as const)('a body of %s', (operationId) => {
  const bodyFaults = (body: unknown) => faults(requestValidators[operationId].body, body);
  const intervalFaults = (part: object) => bodyFaults({ intervals: [interval, { ...interval, ...part }] });

  test.each([
    ['the least capacity', { capacityGb: 4 }],
    ['the most capacity', { capacityGb: 9_007_199_254_740_988 }],
    ['a number that is an integer in other words', { capacityGb: JSON.parse('1.6e1') }],
    ['times with decimals', { startsAt: '2026-11-21T22:00:00.000Z', endsAt: '2026-11-21T22:15:00.000000000Z' }],
    ['times with an offset of 0', { startsAt: '2026-11-21T22:00:00+00:00', endsAt: '2026-11-21T22:15:00+00:00' }],
    ['a leap day', { startsAt: '2028-02-29T23:45:00Z', endsAt: '2028-03-01T00:00:00Z' }],
    ['a time off the grid, which the rules refuse', { startsAt: '2026-11-21T22:01:00Z' }],
    ['an interval of an hour, which the rules refuse', { endsAt: '2026-11-21T23:00:00Z' }],
    ['an interval of the past, which the rules refuse', { startsAt: '1970-01-01T00:00:00Z' }],
    ['the same interval twice, which the rules refuse', {}],
  ])('may have %s', (_, part) => {
    expect(intervalFaults(part)).toEqual([]);
  });

  test.each([
    ['0 GB', 0, ['minimum']],
    ['-4 GB', -4, ['minimum']],
    ['2 GB', 2, ['minimum', 'multipleOf']],
    ['5 GB', 5, ['multipleOf']],
    ['4.5 GB', 4.5, ['multipleOf', 'type']],
    ['2^53 GB', 2 ** 53, ['maximum']],
    ['1e400 GB', JSON.parse('1e400'), ['type']],
    ['GB as a string', '64', ['type']],
    ['GB null', null, ['type']],
  ])('must not have %s', (_, capacityGb, rules) => {
    const expected = rules.map((rule) => `/intervals/1/capacityGb ${rule}`);
    expect(intervalFaults({ capacityGb }).sort()).toEqual(expected);
  });

  test.each(badTimes)('must not have the time %j', (time) => {
    expect(intervalFaults({ startsAt: time })[0]).toMatch(/^\/intervals\/1\/startsAt (?:format|pattern|type)$/u);
    expect(intervalFaults({ endsAt: time })[0]).toMatch(/^\/intervals\/1\/endsAt (?:format|pattern|type)$/u);
  });

  test.each(['startsAt', 'endsAt', 'capacityGb'])('must have %s', (member) => {
    expect(intervalFaults({ [member]: undefined })).toEqual(['/intervals/1 required']);
  });

  test('must not have an unknown member', () => {
    expect(intervalFaults({ color: 'red' })).toEqual(['/intervals/1 additionalProperties']);
    expect(bodyFaults({ intervals: [interval], color: 'red' })).toEqual([' additionalProperties']);
    const body: unknown = JSON.parse(`{"intervals": [${JSON.stringify(interval)}], "__proto__": {}}`);
    expect(bodyFaults(body)).toEqual([' additionalProperties']);
  });

  test('has 1 to 3,000 intervals', () => {
    expect(bodyFaults({})).toEqual([' required']);
    expect(bodyFaults({ intervals: [] })).toEqual(['/intervals minItems']);
    expect(bodyFaults({ intervals: Array(3_000).fill(interval) })).toEqual([]);
    expect(bodyFaults({ intervals: Array(3_001).fill(interval) })).toEqual(['/intervals maxItems']);
    expect(bodyFaults({ intervals: Array(100_000).fill(1) })).toEqual(['/intervals maxItems']);
    expect(bodyFaults({ intervals: interval })).toEqual(['/intervals type']);
    expect(bodyFaults([interval])).toEqual([' type']);
  });

  test('has its faults told in the order of the intervals', () => {
    const wrong = { ...interval, startsAt: 'now', capacityGb: 5 };
    expect(bodyFaults({ intervals: [interval, wrong, { ...interval, capacityGb: 0 }] })).toEqual([
      '/intervals/1/startsAt pattern',
      '/intervals/1/startsAt format',
      '/intervals/1/capacityGb multipleOf',
      '/intervals/2/capacityGb minimum',
    ]);
  });
});

describe('a body of recordCapacityUsage', () => {
  const sample = { workloadId: 'nightly-batch', at: '2026-11-21T09:00:00Z', memoryGb: 8 };
  const samplesFaults = (samples: unknown) => faults(requestValidators.recordCapacityUsage.body, { samples });
  const sampleFaults = (part: object) => samplesFaults([sample, { ...sample, ...part }]);

  test.each([
    ['no memory', { memoryGb: 0 }],
    ['the most memory', { memoryGb: 1_000_000 }],
    ['memory that is no multiple of 4', { memoryGb: 7 }],
    ['a time off the grid', { at: '2026-11-21T09:00:00.123456789+00:00' }],
    ['a workload of 256 code points beyond U+FFFF', { workloadId: astral.repeat(256) }],
    ['a workload with any printable characters', { workloadId: ' ../$where/__proto__?a=b&\u00e9\u0301' }],
    ['the same sample twice', {}],
  ])('may have %s', (_, part) => {
    expect(sampleFaults(part)).toEqual([]);
  });

  test.each([
    [{ memoryGb: -1 }, 'memoryGb minimum'],
    [{ memoryGb: 1_000_001 }, 'memoryGb maximum'],
    [{ memoryGb: 0.5 }, 'memoryGb type'],
    [{ memoryGb: JSON.parse('1e400') as number }, 'memoryGb type'],
    [{ memoryGb: '8' }, 'memoryGb type'],
    [{ workloadId: '' }, 'workloadId minLength'],
    [{ workloadId: 'a'.repeat(257) }, 'workloadId maxLength'],
    [{ workloadId: 'a\n' }, 'workloadId pattern'],
    [{ workloadId: '\ud800' }, 'workloadId pattern'],
    [{ workloadId: { $ne: null } }, 'workloadId type'],
  ])('must not have %j', (part, fault) => {
    expect(sampleFaults(part)).toEqual([`/samples/1/${fault}`]);
  });

  test.each(badTimes)('must not have the time %j', (at) => {
    expect(sampleFaults({ at })[0]).toMatch(/^\/samples\/1\/at (?:format|pattern|type)$/u);
  });

  test('has 1 to 1,000 samples, each complete and with nothing more', () => {
    expect(samplesFaults([])).toEqual(['/samples minItems']);
    expect(samplesFaults(Array(1_000).fill(sample))).toEqual([]);
    expect(samplesFaults(Array(1_001).fill(sample))).toEqual(['/samples maxItems']);
    expect(samplesFaults(Array(100_000).fill(1))).toEqual(['/samples maxItems']);
    expect(sampleFaults({ at: undefined })).toEqual(['/samples/1 required']);
    expect(sampleFaults({ color: 'red' })).toEqual(['/samples/1 additionalProperties']);
  });
});

describe('a body of updateCapacityLimits', () => {
  const [from, to] = ['2026-12-24T00:00:00Z', '2026-12-27T00:00:00Z'];

  test.each([
    [{ platform_capacity_gb: 0, org_cap_gb: 1_000_000_000 }, []],
    [{ platform_capacity_gb: null, org_cap_gb: null }, []],
    [{ org_cap_gb: 5 }, []],
    [{ org_cap_gb: 4, tenant_id: astral.repeat(64), from, to }, []],
    // What the members have to do with each other is for the rules.
    [{ platform_capacity_gb: 4, tenant_id: 'acme' }, []],
    [{ tenant_id: 'acme' }, []],
    [{ org_cap_gb: 4, from }, []],
    [{}, [' minProperties']],
    [{ platform_capacity_gb: -1 }, ['/platform_capacity_gb minimum']],
    [{ org_cap_gb: -1 }, ['/org_cap_gb minimum']],
    [{ org_cap_gb: 1_000_000_001 }, ['/org_cap_gb maximum']],
    [{ org_cap_gb: 4.5 }, ['/org_cap_gb type']],
    [{ org_cap_gb: JSON.parse('1e400') as number }, ['/org_cap_gb type']],
    [{ org_cap_gb: '4' }, ['/org_cap_gb type']],
    [{ org_cap_gb: 4, tenant_id: '' }, ['/tenant_id minLength']],
    [{ org_cap_gb: 4, tenant_id: 'a'.repeat(65) }, ['/tenant_id maxLength']],
    [{ org_cap_gb: 4, tenant_id: 'a\u0000' }, ['/tenant_id pattern']],
    [{ org_cap_gb: 4, tenant_id: null }, ['/tenant_id type']],
    [{ org_cap_gb: 4, from: '2026-12-24', to }, ['/from format', '/from pattern']],
    [{ org_cap_gb: 4, from, to: null }, ['/to type']],
    [{ orgCapGb: 4 }, [' additionalProperties']],
  ])('%j breaks %j', (body, expected) => {
    expect(faults(requestValidators.updateCapacityLimits.body, body).sort()).toEqual(expected);
  });
});

describe('a query, a path and headers of capacity', () => {
  const span = { from: '2026-11-21T22:00:00Z', to: '2026-11-21T22:30:00+00:00' };
  const operationIds = ['listCapacityReservations', 'getCapacityCalendar', 'getCapacityUsage'] as const;

  test.each(operationIds)('of %s say from when to when', (operationId) => {
    const queryFaults = (query: object) => faults(requestValidators[operationId].query, query);
    expect(queryFaults(span)).toEqual([]);
    expect(queryFaults({})).toEqual([' required', ' required']);
    expect(queryFaults({ from: span.from })).toEqual([' required']);
    expect(queryFaults({ ...span, from: '2026-11-21T22:00:00+01:00' })).toEqual(['/from pattern']);
    expect(queryFaults({ ...span, to: '2025-02-29T00:00:00Z' })).toEqual(['/to format']);
    expect(queryFaults({ ...span, color: 'red' })).toEqual([' additionalProperties']);
  });

  test.each([
    [{ limit: 1 }, []],
    [{ limit: 201 }, []],
    [{ limit: most }, []],
    [{ limit: 0 }, ['/limit minimum']],
    [{ limit: 2 ** 53 }, ['/limit maximum']],
    [{ limit: 'ten' }, ['/limit type']],
    [{ cursor: 'a b' }, ['/cursor pattern']],
  ])('of listCapacityReservations %j breaks %j', (part, expected) => {
    expect(faults(requestValidators.listCapacityReservations.query, { ...span, ...part })).toEqual(expected);
  });

  test.each([
    [{}, []],
    [{ durationMinutes: 50_400, capacityGb: 9_007_199_254_740_988 }, []],
    [{ durationMinutes: 0 }, ['/durationMinutes minimum']],
    [{ durationMinutes: 20 }, ['/durationMinutes multipleOf']],
    [{ durationMinutes: 50_415 }, ['/durationMinutes maximum']],
    [{ durationMinutes: undefined }, [' required']],
    [{ capacityGb: 6 }, ['/capacityGb multipleOf']],
    [{ capacityGb: 'much' }, ['/capacityGb type']],
    [{ capacityGb: undefined }, [' required']],
    [{ to: undefined }, [' required']],
  ])('of findCapacityWindows %j breaks %j', (part, expected) => {
    const query = { ...span, durationMinutes: 15, capacityGb: 4, ...part };
    expect(faults(requestValidators.findCapacityWindows.query, query)).toEqual(expected);
  });

  test('of getCapacityLimits may name a tenant', () => {
    const { query } = requestValidators.getCapacityLimits;
    expect(faults(query, {})).toEqual([]);
    expect(faults(query, { tenant_id: 'acme' })).toEqual([]);
    expect(faults(query, { tenant_id: '' })).toEqual(['/tenant_id minLength']);
  });

  test('let ids through that are unknown rather than malformed', () => {
    const { path } = requestValidators.getCapacityReservation;
    expect(faults(path, { reservationId: 'a' })).toEqual([]);
    expect(faults(path, { reservationId: 'rsv_01HXY/b' })).toEqual([]);
    expect(faults(path, { reservationId: 'a\u0000' })).toEqual(['/reservationId pattern']);
    expect(faults(path, { reservationId: 'a'.repeat(257) })).toEqual(['/reservationId maxLength']);
  });

  test('take an idempotency key on every write, which a quote is not', () => {
    const ours = Object.values(operations).filter(({ family }) => family === 'capacity');
    const writes = ours.filter(({ write }) => write).map(({ operationId }) => operationId);
    expect(writes).toEqual(['reserveCapacity', 'recordCapacityUsage']);
    expect(operations.quoteCapacity).toMatchObject({ method: 'POST', write: false, requestBody: true });
    expect(requestValidators.quoteCapacity).not.toHaveProperty('headers');
    expect(faults(requestValidators.reserveCapacity.headers, { 'Idempotency-Key': '' })).toEqual([
      '/Idempotency-Key minLength',
    ]);
  });
});
