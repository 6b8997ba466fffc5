import { expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { CapacityClient } from './capacity-client.ts';
import { dayMs, intervals, newDay } from './grid.ts';

const monthIntervals = 3_000;

describeTargets('long pages of reservations', (scenario) => {
  const capacity = new CapacityClient(scenario);

  test('end before their limit, and go on where they ended', async () => {
    const month = intervals(newDay(scenario.clock, 32), monthIntervals);
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.unshift((await capacity.reserve(month)).reservationId);
    const query = {
      from: new Date(scenario.clock.now() - dayMs).toISOString(),
      to: new Date(scenario.clock.now() + dayMs).toISOString(),
    };

    const first = await capacity.list(query);
    expect(first.reservations.map(({ reservationId }) => reservationId)).toEqual(made.slice(0, 4));
    const second = await capacity.list({ ...query, cursor: first.nextCursor ?? '' });
    expect(second.reservations.map(({ reservationId }) => reservationId)).toEqual(made.slice(4));
    expect(second).toMatchObject({ reservations: [{ intervals: month }], nextCursor: null });
  });
});
