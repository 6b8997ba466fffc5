import fc from 'fast-check';

import { mostly, onceIn, optional, pick, pickLatest } from '../choices.ts';
import type { Journal } from '../family.ts';
import { pricedMetricsIn } from './known.ts';

/** The largest integer of the wire, and the first that isn't one. */
const most = 9_007_199_254_740_991;

/** Small beside what is granted, so that there is enough for several holds, and at times not. */
export const units = mostly(
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(1, 1, 2, 3, 5, 8) },
    { weight: 1, arbitrary: fc.constantFrom(1_000, 3_000_000_000_000, most) },
  ),
  0,
  -1,
  1.5,
  most + 1,
  '1',
);

/** What was used after all: at times more than there is. */
export const usedUnits = fc.oneof({ weight: 3, arbitrary: units }, { weight: 1, arbitrary: fc.constantFrom(12, 25) });

/** With a commit, 0 counts too. */
export const actualUnits = fc.oneof({ weight: 8, arbitrary: usedUnits }, { weight: 1, arbitrary: fc.constant(0) });

export const ttlSeconds = mostly(fc.constantFrom(1, 60, 60, 3_600, 86_400, 86_401, most), 0, -1, 1.5, '60');

export const credits = mostly(
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(1, 999, 1_000, 2_000, 5_000, 10_000) },
    { weight: 1, arbitrary: fc.constantFrom(most, most - 20_000) },
  ),
  0,
  -1,
  0.5,
  most + 1,
);

const shortMetadata = [{}, { b: 1, a: { z: null, 1: [] } }, { note: '😀' }, { b: [1e21, 'two'] }];
/** Each is short enough, and both together are too long. */
const longMetadata = [{ long: 'é'.repeat(1_500) }, { alsoLong: 'x'.repeat(1_500) }];

export const metadata = mostly(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...shortMetadata) },
    { weight: 1, arbitrary: fc.constantFrom(...longMetadata) },
  ),
  { $where: '1' },
  { 'a.b': 1 },
  { constructor: 1 },
  { long: 'x'.repeat(4_096) },
  [],
);

export const priority = mostly(fc.constantFrom(0, 0, 0, 1, 1, -1, 10, -1_000_000, 1_000_000), 1_000_001, 0.5);

export const text = mostly(fc.constantFrom('a', 'Ada Lovelace', '\ufffd', '😀'), '', 'a\u0000b', '\ud800', 7);

/** When credits expire: at one of few times, so that blocks expire together and with holds; now and then too soon. */
export interface Expiry {
  readonly aheadSeconds: number;
  readonly ending: string;
}

export const usualExpiry: fc.Arbitrary<Expiry> = fc.record({
  aheadSeconds: fc.constantFrom(1, 60, 60, 61, 3_600, 86_400),
  ending: fc.constant('Z'),
});

export const expiry: fc.Arbitrary<Expiry> = fc.record({
  aheadSeconds: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(1, 60, 60, 61, 3_600, 86_400) },
    { weight: 1, arbitrary: fc.constantFrom(0, -60) },
  ),
  ending: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom('Z', 'Z', '.000Z', '+00:00') },
    { weight: 6, arbitrary: fc.constantFrom('.9999999Z', '.0005+00:00') },
    { weight: 1, arbitrary: fc.constantFrom('+01:00', '') },
  ),
});

export function toTime({ aheadSeconds, ending }: Expiry, { nowMs }: Journal): string {
  return `${new Date(nowMs + aheadSeconds * 1_000).toISOString().slice(0, 19)}${ending}`;
}

/** Their order by code point is another one than by most collations. */
const metricKeys = ['image', 'Image', 'im-age', 'im_age', 'im.age', '10', '9'];

/** A metric that has a price, if there is one yet, or any. */
export interface WhichMetric {
  readonly pick: number;
  readonly any: unknown;
}

const anyMetric = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('image', ...metricKeys) },
  { weight: 1, arbitrary: fc.constantFrom('unknown', 'im/age', '', 'é') },
);

export const whichMetric: fc.Arbitrary<WhichMetric> = fc.record({ pick, any: onceIn(12, anyMetric) });

export function toMetricKey({ any, pick: picked }: WhichMetric, journal: Journal): string {
  return String(any ?? pickLatest(pricedMetricsIn(journal), picked) ?? 'image');
}

export const metricKey = mostly(fc.constantFrom('image', ...metricKeys), '', 'im/age', 'k'.repeat(129));

const cost = mostly(fc.constantFrom(0, 1, 500, 1_000, 1_000, 2_000), -1, 1.5, most + 1);
const anyCost = fc.oneof({ weight: 40, arbitrary: cost }, { weight: 1, arbitrary: fc.constant(most) });

const tiers = mostly(
  fc.constantFrom(
    [
      { up_to: 2, unit_cost: 1_000 },
      { up_to: null, unit_cost: 100, flat_cost: 500 },
    ],
    [
      { up_to: 1, unit_cost: 0, flat_cost: 3_000 },
      { up_to: 5, unit_cost: 500 },
      { up_to: null, unit_cost: 2_000 },
    ],
    [{ up_to: null, unit_cost: 700, flat_cost: 0 }],
  ),
  [],
  [{ up_to: 2, unit_cost: 1 }],
  [
    { up_to: 2, unit_cost: 1 },
    { up_to: 2, unit_cost: 1 },
    { up_to: null, unit_cost: 1 },
  ],
  [
    { up_to: null, unit_cost: 1 },
    { up_to: null, unit_cost: 1 },
  ],
);

/** What a rule says but for its metric. */
export const usualPrices: fc.Arbitrary<object> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ cost_type: fc.constant('per_unit'), unit_cost: anyCost }) },
  { weight: 1, arbitrary: fc.record({ cost_type: fc.constant('flat'), flat_cost: cost }) },
  {
    weight: 1,
    arbitrary: fc.record({
      cost_type: fc.constant('tiered'),
      mode: mostly(fc.constantFrom('graduated', 'volume'), 'other'),
      tiers,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      cost_type: fc.constant('package'),
      package_size: mostly(fc.constantFrom(1, 3, 10), 0),
      package_cost: anyCost,
    }),
  },
);

export const prices: fc.Arbitrary<object> = fc.oneof(
  { weight: 60, arbitrary: usualPrices },
  { weight: 1, arbitrary: fc.constantFrom({ cost_type: 'per_unit', flat_cost: 1 }, { cost_type: 'other' }, {}) },
);

/** About as much as somebody has, so that balances pass them. */
export const thresholds = mostly(
  fc.uniqueArray(fc.constantFrom(0, 1, 1_000, 3_000, 4_500, 5_000, 9_000, most), { maxLength: 8 }),
  [0, 0],
  [-1],
  Array.from({ length: 17 }, (_, index) => index),
  'low',
);

const policy = mostly(fc.constantFrom('block', 'allow', 'notify', 'notify'), 'other');
const overageLimit = mostly(fc.constantFrom(null, 0, 3_000, 10_000, most), -1, 0.5);

/** What holds where a customer's credits end. */
export const overage = optional({ overage_policy: policy, overage_limit: overageLimit });

export const customerOverage = optional({
  overage_policy: fc.oneof({ weight: 3, arbitrary: policy }, { weight: 1, arbitrary: fc.constant(null) }),
  overage_limit: overageLimit,
});
