import { CapacityNotAvailableError, intervals } from '@holdfast/sdk';
import type { CapacityReservation, Holdfast } from '@holdfast/sdk';
import { expect } from 'vitest';

import type { Family } from './family.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const firstDay = Math.floor(Date.now() / dayMs) + 3;

/** An hour of a day of its own is reserved: what is left is known, and who took it. */
export const capacity: Family = {
  name: 'capacity',
  async useOnce({ capacity }, name, make) {
    const from = startOf(name);
    const to = new Date(from.getTime() + hourMs);
    const half = new Date(from.getTime() + hourMs / 2);
    const at = new Date(Date.now() - dayMs / 2);

    const first = await make((options) => capacity.reserve({ intervals: intervals(from, half, 64) }, options));
    expect(first.intervals).toHaveLength(2);
    const tooMuch = make((options) => capacity.reserve({ intervals: intervals(from, to, 1_024) }, options));
    const refusal = await tooMuch.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CapacityNotAvailableError);
    expect(refusal).toMatchObject({ intervals: [{ reservableGb: 960 }, { reservableGb: 960 }] });

    const shortened = { intervals: [...intervals(from, half, 980), ...intervals(half, to, 256)] };
    const rest = await make((options) => capacity.reserveUpTo(shortened, options), { requests: 2 });
    expect(rest.shortfalls).toMatchObject([{ reservedGb: 960 }, { reservedGb: 960 }]);
    const whole = { intervals: intervals(half, to, 128) };
    const more = await make((options) => capacity.reserveUpTo(whole, options));
    expect(more).toMatchObject({ intervals: whole.intervals, shortfalls: [] });
    expect(await make((options) => capacity.get(rest.reservationId, options))).toMatchObject({
      intervals: rest.intervals,
    });
    const rows = await make((options) => capacity.calendar({ from, to }, options));
    expect(rows.map(({ reservedGb }) => reservedGb)).toEqual([1_024, 1_024, 384, 384]);
    const usage = {
      samples: [
        { workloadId: name, at, memoryGb: 4 },
        { workloadId: name, at, memoryGb: 8 },
      ],
    };
    const recorded = await make((options) => capacity.recordUsage(usage, options));
    expect(recorded).toEqual({ accepted: 1, duplicates: 1 });
  },
  async effectsOn(holdfast, name) {
    const reserved = (await listOnce(holdfast)).get(startOf(name).getTime()) ?? [];
    return reserved.map((each) => each.intervals.map(({ capacityGb }) => capacityGb).join(' '));
  },
  effectsOfUse: ['64 64', '960 960 256 256', '128 128'],
};

/** Things are numbered. */
function startOf(name: string): Date {
  return new Date((firstDay + Number(/\d+/u.exec(name)?.[0])) * dayMs);
}

const lists = new WeakMap<Holdfast, ReturnType<typeof listByDay>>();

/** When all is over, one list tells about everything. */
function listOnce(holdfast: Holdfast): ReturnType<typeof listByDay> {
  const list = lists.get(holdfast) ?? listByDay(holdfast);
  lists.set(holdfast, list);
  return list;
}

/** All reservations by the day of their intervals, the oldest first. */
async function listByDay({ capacity }: Holdfast): Promise<ReadonlyMap<number, readonly CapacityReservation[]>> {
  const all: CapacityReservation[] = [];
  const query = { from: new Date(0), to: new Date(Date.now() + dayMs), limit: 200 };
  for await (const reservation of capacity.list(query)) all.unshift(reservation);
  return Map.groupBy(all, (each) => Math.floor(Date.parse(each.intervals[0]?.startsAt ?? '') / dayMs) * dayMs);
}
