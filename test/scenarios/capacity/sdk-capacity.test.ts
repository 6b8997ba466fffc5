import { BadRequestError, CapacityNotAvailableError, intervals, PermissionDeniedError } from '@holdfast/sdk';
import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { dayMs, gridTime, newDay, quarterMs } from './grid.ts';

const orgCapGb = 1_024;

describeTargets('holdfast.capacity', ({ holdfast: { capacity }, others, clock, unique }) => {
  /** Eight intervals that no other test has. */
  const newNight = () => {
    const from = newDay(clock) + 88 * quarterMs;
    return { from: new Date(from), to: new Date(from + 8 * quarterMs) };
  };

  describe('reserve', () => {
    test('takes what intervals() built, and the calendar shows it row by row', async () => {
      const night = newNight();
      const { reservationId, intervals: reserved } = await capacity.reserve({
        intervals: intervals(night.from, night.to, 64),
      });
      expect(reserved).toEqual(intervals(night.from, night.to, 64));
      expect(await capacity.get(reservationId)).toMatchObject({ reservationId, intervals: reserved });
      const rows = await capacity.calendar(night);
      expect(rows).toHaveLength(8);
      for (const row of rows) expect(row).toMatchObject({ reservedGb: 64, reservableGb: orgCapGb - 64 });
    });

    test('rejects a shortfall with what could be had', async () => {
      const night = newNight();
      const refused = await capacity
        .reserve({ intervals: intervals(night.from, night.to, 1_028) })
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(CapacityNotAvailableError);
      const shortfalls = (refused as CapacityNotAvailableError).intervals;
      expect(shortfalls.map(({ reservableGb }) => reservableGb)).toEqual(Array(8).fill(orgCapGb));
    });

    test('rejects a malformed request with the sentence of the server', async () => {
      const [first] = intervals(newNight().from, newNight().to, 4);
      const refused = capacity.reserve({ intervals: [{ ...first!, capacityGb: 6 }] });
      await expect(refused).rejects.toThrow('intervals[0].capacityGb is 6: must be a multiple of 4');
      await expect(refused).rejects.toBeInstanceOf(BadRequestError);
    });
  });

  describe('reserveUpTo', () => {
    test('takes what is left where the whole of it doesn’t fit, leaves out what is full, and does so once', async () => {
      const night = newNight();
      const wanted = intervals(night.from, night.to, 640);
      const half = new Date(night.from.getTime() + 4 * quarterMs);
      await capacity.reserve({ intervals: intervals(night.from, half, 600) });
      await capacity.reserve({ intervals: wanted.slice(0, 1).map((interval) => ({ ...interval, capacityGb: 424 })) });

      const options = { idempotencyKey: unique('night') };
      const booked = await capacity.reserveUpTo({ intervals: wanted }, options);
      expect(booked.intervals.map(({ capacityGb }) => capacityGb)).toEqual([424, 424, 424, 640, 640, 640, 640]);
      expect(booked.shortfalls.map(({ reservedGb }) => reservedGb)).toEqual([0, 424, 424, 424]);
      expect(await capacity.reserveUpTo({ intervals: wanted }, options)).toEqual(booked);
      const rows = await capacity.calendar(night);
      expect(rows.map(({ reservedGb }) => reservedGb)).toEqual([1_024, 1_024, 1_024, 1_024, 640, 640, 640, 640]);
    });

    test('rejects where nothing is left', async () => {
      const night = newNight();
      await capacity.reserve({ intervals: intervals(night.from, night.to, orgCapGb) });
      const refused = capacity.reserveUpTo({ intervals: intervals(night.from, night.to, 4) });
      await expect(refused).rejects.toBeInstanceOf(CapacityNotAvailableError);
    });
  });

  test('list goes through all pages, newest first', async () => {
    await clock.advance({ milliseconds: dayMs });
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const night = newNight();
      made.unshift((await capacity.reserve({ intervals: intervals(night.from, night.to, 4) })).reservationId);
    }
    const found: string[] = [];
    const query = { from: new Date(clock.now()), to: new Date(clock.now() + 1_000), limit: 2 };
    for await (const { reservationId } of capacity.list(query)) found.push(reservationId);
    expect(found).toEqual(made);
  });

  test('quote and windows tell beforehand what reserve would do', async () => {
    const night = newNight();
    const quote = await capacity.quote({ intervals: intervals(night.from, night.to, 64) });
    expect(quote).toMatchObject({ reservedGbHours: 128, reservedCostMicros: 128 * 12_000 });
    const { windows } = await capacity.windows({ ...night, durationMinutes: 60, capacityGb: 1_024 });
    expect(windows.map(({ startsAt }) => startsAt)).toEqual([
      gridTime(night.from.getTime()),
      gridTime(night.from.getTime() + 4 * quarterMs),
    ]);
  });

  test('usage adds up what was recorded', async () => {
    const from = new Date(Math.floor(clock.now() / quarterMs) * quarterMs - quarterMs);
    const workloadId = unique('job');
    const until = new Date(from.getTime() + 60_000);
    const samples = [
      { workloadId, at: from, memoryGb: 10 },
      { workloadId, at: until, memoryGb: 0 },
    ];
    expect(await others.otherTenant.capacity.recordUsage({ samples })).toEqual({ accepted: 2, duplicates: 0 });
    const usage = await others.otherTenant.capacity.usage({ from, to: new Date(from.getTime() + quarterMs) });
    expect(usage.totals).toMatchObject({ usedGbSeconds: 600, overageGbSeconds: 600, overageCostMicros: 10_000 });
  });

  test('limits are an admin’s to see and to set', async () => {
    expect(await capacity.limits()).toMatchObject({ platform_capacity_gb: 4_096, org_cap_gb: orgCapGb });
    await expect(others.otherTenant.capacity.limits()).rejects.toBeInstanceOf(PermissionDeniedError);
    const { from, to } = newNight();
    const { ranges } = await capacity.setLimits({ org_cap_gb: 8, from, to });
    expect(ranges).toEqual([
      { from: gridTime(from.getTime()), to: gridTime(to.getTime()), platform_capacity_gb: null, org_cap_gb: 8 },
    ]);
    expect((await capacity.calendar({ from, to }))[0]).toMatchObject({ reservationLimitGb: 8, reservableGb: 8 });
  });
});
