import { describe, expect, test } from 'vitest';

import { checkLinearizable } from '../checker/check-linearizable.ts';
import type { Call } from '../checker/sequential-spec.ts';
import { capacitySpec } from './capacity-spec.ts';
import type { Answer, Command, Demand } from './commands.ts';
import { startOf } from './objects.ts';
import type { Org } from './objects.ts';
import { toIntervals } from './to-request.ts';

type AnyCall = Call<Command, Answer>;

// The platform has 40 GB of each interval, and an org may have 24 of them.
const group = 'h7-0';

/** From which times are counted. */
const originMs = Date.parse('2026-01-01T00:00:00Z');
const unknown = Number.POSITIVE_INFINITY;

/** Undefined: no answer came. */
function call(operation: Command, answer: Answer | undefined, fromMs: number, toMs = fromMs + 5): AnyCall {
  const returnedAtMs = answer === undefined ? unknown : originMs + toMs;
  return { client: 0, operation, answer, calledAtMs: originMs + fromMs, returnedAtMs };
}

function reserve(org: Org, ...gb: readonly number[]): Command & { readonly demands: readonly Demand[] } {
  const demands = gb.map((capacityGb, interval) => ({ interval, capacityGb }));
  return { type: 'reserve', group, org, demands };
}

function reserved(org: Org, gb: readonly number[], fromMs: number, toMs = fromMs + 5, createdMs = fromMs): AnyCall {
  const operation = reserve(org, ...gb);
  const createdAt = new Date(originMs + createdMs).toISOString();
  const body = { reservationId: 'id', createdAt, intervals: toIntervals(group, operation.demands) };
  return call(operation, { status: 200, body }, fromMs, toMs);
}

type Shortfall = readonly [interval: number, requestedGb: number, reservableGb: number, reason?: string];

function refused(org: Org, gb: readonly number[], fromMs: number, ...shortfalls: readonly Shortfall[]): AnyCall {
  const intervals = shortfalls.map(([interval, requestedGb, reservableGb, reason = 'insufficient_capacity']) => {
    return { startsAt: startOf(group, interval), requestedGb, reservableGb, reason };
  });
  const body = { error: 'capacity_not_available', intervals };
  return call(reserve(org, ...gb), { status: 409, body }, fromMs);
}

function calendar(
  org: Org,
  fromMs: number,
  ...rows: readonly (readonly [reservedGb: number, reservableGb: number])[]
): AnyCall {
  const intervals = rows.map(([reservedGb, reservableGb], interval) => ({
    startsAt: startOf(group, interval),
    endsAt: startOf(group, interval + 1),
    reservationLimitGb: 24,
    reservedGb,
    reservableGb,
  }));
  return call({ type: 'calendar', group, org }, { status: 200, body: { intervals } }, fromMs);
}

const limit = { type: 'limit', group, limits: { platformGb: 24, orgGb: null } } as const;

function limited(platformGb: number | null): Answer {
  const range = { from: startOf(group, 0), to: startOf(group), platform_capacity_gb: platformGb, org_cap_gb: null };
  return { status: 200, body: { ranges: platformGb === null ? [] : [range] } };
}

const free = [0, 24] as const;

describe('what can be explained', () => {
  test.each<readonly [string, readonly AnyCall[]]>([
    ['an org gets all of its cap', [reserved('first', [16, 4], 0), reserved('first', [8], 10)]],
    ['an org’s cap refuses', [reserved('first', [16], 0), refused('first', [12, 4], 10, [0, 12, 8])]],
    ['the platform refuses', [reserved('first', [24], 0), refused('second', [20, 20], 10, [0, 20, 16])]],
    [
      'every interval that fails is listed',
      [reserved('first', [24, 20], 0), refused('first', [4, 8], 9, [0, 4, 0], [1, 8, 4])],
    ],
    ['a calendar', [reserved('first', [24], 0), calendar('second', 10, [0, 16], free, free, free)]],
    [
      'a refusal reserves nothing',
      [
        reserved('first', [24], 0),
        refused('first', [4, 4], 10, [0, 4, 0]),
        calendar('first', 20, [24, 0], free, free, free),
      ],
    ],
    [
      'of two at the same time, one was faster',
      [reserved('first', [24], 0, 20, 8), refused('first', [16], 1, [0, 16, 0, 'concurrent_write'])],
    ],
    [
      'what got no answer took effect',
      [call(reserve('first', 24), undefined, 0), refused('first', [4], 10, [0, 4, 0])],
    ],
    ['what got no answer did not', [call(reserve('first', 24), undefined, 0), reserved('first', [24], 10)]],
    [
      'a lower limit leaves what there is',
      [
        reserved('first', [24], 0),
        reserved('second', [12], 10),
        call(limit, limited(24), 20),
        refused('second', [4, 4], 30, [0, 4, 0]),
      ],
    ],
  ])('%s', (_, calls) => {
    expect(isLinearizable(calls)).toBe(true);
  });
});

describe('what can’t be explained', () => {
  test.each<readonly [string, readonly AnyCall[]]>([
    ['more than an org’s cap', [reserved('first', [16], 0), reserved('first', [12], 10)]],
    ['more than the platform has', [reserved('first', [24], 0), reserved('second', [20], 10)]],
    ['a refusal of what fits', [reserved('first', [16], 0), refused('first', [8], 10, [0, 8, 8])]],
    ['another amount that is left', [reserved('first', [16], 0), refused('first', [12], 10, [0, 12, 4])]],
    ['an interval too few', [reserved('first', [24, 24], 0), refused('first', [4, 4], 10, [0, 4, 0])]],
    ['an interval too many', [reserved('first', [24], 0), refused('first', [4, 4], 10, [0, 4, 0], [1, 4, 24])]],
    [
      'a part of what was refused',
      [
        reserved('first', [24], 0),
        refused('first', [4, 4], 10, [0, 4, 0]),
        calendar('first', 20, [24, 0], [4, 20], free, free),
      ],
    ],
    [
      'overtaken by what was there before',
      [reserved('first', [24], 0), refused('first', [4], 30, [0, 4, 0, 'concurrent_write'])],
    ],
    [
      'overtaken, but too large anyway',
      [reserved('first', [24], 0, 20, 8), refused('first', [28], 1, [0, 28, 0, 'concurrent_write'])],
    ],
    [
      'a calendar that shows what another org has',
      [reserved('first', [8], 0), calendar('second', 10, [8, 16], free, free, free)],
    ],
    ['a calendar from before', [reserved('first', [24], 0), calendar('first', 10, free, free, free, free)]],
    ['made before it was asked for', [reserved('first', [4], 0, 5, -10)]],
    ['a limit that isn’t shown', [call(limit, limited(null), 0)]],
    [
      'a limit that nobody keeps to',
      [reserved('first', [24], 0), call(limit, limited(24), 10), reserved('second', [4], 20)],
    ],
  ])('%s', (_, calls) => {
    expect(isLinearizable(calls)).toBe(false);
  });
});

function isLinearizable(calls: readonly AnyCall[]): boolean {
  return checkLinearizable(capacitySpec(group, 2), calls).isLinearizable;
}
