import { intervals } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { bookedRuns, shortfallRuns } from './runs.ts';

const at = (time: string) => Date.parse(`2026-12-01T${time}:00Z`);

test('intervals of a booking are joined where they follow one another with the same amount', () => {
  const booked = [
    ...intervals('2026-12-01T12:00:00Z', '2026-12-01T13:00:00Z', 64),
    ...intervals('2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z', 64),
    ...intervals('2026-12-01T10:00:00Z', '2026-12-01T11:00:00Z', 32),
  ];
  expect(bookedRuns(booked)).toEqual([
    { fromMs: at('09:00'), toMs: at('10:00'), gb: 64 },
    { fromMs: at('10:00'), toMs: at('11:00'), gb: 32 },
    { fromMs: at('12:00'), toMs: at('13:00'), gb: 64 },
  ]);
});

test('shortfalls are joined where the same was asked for, and the same can be had', () => {
  const shortfall = (time: string, reservableGb: number) => {
    return {
      startsAt: `2026-12-01T${time}:00Z`,
      requestedGb: 768,
      reservableGb,
      reason: 'insufficient_capacity' as const,
    };
  };
  expect(shortfallRuns([shortfall('22:00', 512), shortfall('22:15', 512), shortfall('22:30', 0)])).toEqual([
    { fromMs: at('22:00'), toMs: at('22:30'), requestedGb: 768, reservableGb: 512 },
    { fromMs: at('22:30'), toMs: at('22:45'), requestedGb: 768, reservableGb: 0 },
  ]);
});
