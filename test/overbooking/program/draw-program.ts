import fc from 'fast-check';

import type { LimitChange, Request, IntervalRange, Demand } from '../model/request.ts';
import { allIntervals, night, orgs } from './intervals.ts';
import type { Program, Sent, Step } from './program.ts';

const org = fc.constantFrom(...orgs);
const process = fc.nat({ max: 5 });

/** Mostly so little that several fit. */
const capacityGb = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(4, 4, 8, 8, 12, 16) },
  { weight: 1, arbitrary: fc.constantFrom(20, 36, 40, 44, 96, 100, 9_007_199_254_740_988) },
);

/** Many of them or few, in the order of time, the opposite one, or any. */
const demands: fc.Arbitrary<readonly Demand[]> = fc
  .record({
    chosen: fc.shuffledSubarray([...allIntervals], { minLength: 1 }),
    most: fc.constantFrom(1, 2, 4, allIntervals.length),
    order: fc.constantFrom('forwards', 'backwards', 'any'),
    sizes: fc.array(capacityGb, { minLength: 1, maxLength: 3 }),
  })
  .map(({ chosen, most, order, sizes }) => {
    const inOrder = inOrderOf(chosen.slice(0, most), order);
    return inOrder.map((interval, index) => ({ interval, capacityGb: sizes[index % sizes.length]! }));
  });

function inOrderOf(chosen: readonly number[], order: string): readonly number[] {
  if (order === 'any') return chosen;
  return chosen.toSorted((left, right) => (order === 'forwards' ? left - right : right - left));
}

const range: fc.Arbitrary<IntervalRange> = fc
  .record({ start: fc.nat({ max: 11 }), length: fc.integer({ min: 1, max: 12 }) })
  .map(({ start, length }) => ({
    fromInterval: night.fromInterval + start,
    toInterval: night.fromInterval + start + length,
  }));

/** Sometimes nothing any more, sometimes no multiple of 4, sometimes taken back. */
const limitGb = fc.constantFrom(0, 3, 16, 30, 40, 41, 64, 96, 200, null, null);
const perhapsRange = fc.option(range, { nil: undefined, freq: 3 });

const limitChange: fc.Arbitrary<LimitChange> = fc.oneof(
  fc.record({ tenant: org, orgGb: limitGb, range: perhapsRange }),
  fc.record({ tenant: fc.constant(undefined), orgGb: limitGb, range: perhapsRange }),
  fc.record({ tenant: fc.constant(undefined), platformGb: limitGb, range: perhapsRange }),
  fc.record({ tenant: fc.constant(undefined), platformGb: limitGb, orgGb: limitGb, range: perhapsRange }),
);

const request: fc.Arbitrary<Request> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constant('reserve' as const), org, demands }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('quote' as const), org, demands }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('calendar' as const), org, range }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('windows' as const),
      org,
      range,
      length: fc.integer({ min: 1, max: 4 }),
      capacityGb,
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('limits' as const), change: limitChange }) },
);

const together = fc.record({
  type: fc.constant('together' as const),
  sent: fc.array(fc.record({ request, process }), { minLength: 1, maxLength: 6 }),
});

/** Many at once who want the same intervals, every other one in the opposite order. */
const crowd = fc
  .record({ wanted: demands, who: fc.array(fc.record({ org, process }), { minLength: 8, maxLength: 24 }) })
  .map(({ wanted, who }) => {
    const sent = who.map((each, index): Sent => {
      const inOrder = index % 2 === 0 ? wanted : wanted.toReversed();
      return { request: { type: 'reserve', org: each.org, demands: inOrder }, process: each.process };
    });
    return { type: 'together' as const, sent };
  });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: together },
  { weight: 3, arbitrary: crowd },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('pass' as const), milliseconds: fc.constantFrom(1, 1_000, 240_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('meetLeadTime' as const),
      interval: fc.constantFrom(...allIntervals.slice(0, 5)),
      offsetMs: fc.constantFrom(-1, 0, 0, 1),
    }),
  },
);

export const programs: fc.Arbitrary<Program> = fc.record({
  processCount: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
});
