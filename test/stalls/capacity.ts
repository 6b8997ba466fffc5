import type { HeavyFamily } from './heavy-request.ts';
import { inParallel } from './heavy-request.ts';

const quarterMs = 15 * 60 * 1_000;
const dayMs = 96 * quarterMs;
const firstMs = Date.parse('2050-01-03T00:00:00Z');

const timeOf = (ms: number) => new Date(ms).toISOString().replace('.000', '');

/** 3,000 intervals, each so long after the one before. */
const intervalsOf = (fromMs: number, stepMs: number) => ({
  intervals: Array.from({ length: 3_000 }, (_, index) => {
    const startMs = fromMs + index * stepMs;
    return { startsAt: timeOf(startMs), endsAt: timeOf(startMs + quarterMs), capacityGb: 4 };
  }),
});

const inARow = (number: number) => intervalsOf(firstMs + (number % 7) * dayMs, quarterMs);
/** As far apart as there are days: every interval is on a day of its own. */
const overYears = (number: number) => intervalsOf(firstMs + number * quarterMs, dayMs + quarterMs);
const calendar = { from: timeOf(firstMs), to: timeOf(firstMs + 35 * dayMs) };

const samplesOf = (number: number, workloadOf: (index: number) => string) => ({
  samples: Array.from({ length: 1_000 }, (_, index) => ({
    workloadId: workloadOf(index),
    at: new Date(Date.now() - 23 * 3_600_000 + index * 80_000 + number).toISOString(),
    memoryGb: 1 + (index % 7),
  })),
});

export const capacity: HeavyFamily = {
  name: 'capacity',
  async prepare(send) {
    const greatest = 800_000_000;
    await send({ operationId: 'updateCapacityLimits', body: { platform_capacity_gb: greatest, org_cap_gb: greatest } });
    await inParallel(200, (number) => {
      const [from, to] = [firstMs + 2 * number * dayMs, firstMs + (2 * number + 1) * dayMs];
      return send({
        operationId: 'updateCapacityLimits',
        body: { org_cap_gb: greatest - 1 - number, from: timeOf(from), to: timeOf(to) },
      });
    });
    await inParallel(14, (number) => send({ operationId: 'reserveCapacity', body: inARow(number) }));
    await inParallel(4, (number) =>
      send({ operationId: 'recordCapacityUsage', body: samplesOf(number, (index) => `workload-${index % 100}`) }),
    );
  },
  requests: [
    {
      operationId: 'reserveCapacity',
      what: '3,000 intervals in a row',
      status: 200,
      of: (number) => ({ body: inARow(number) }),
    },
    {
      operationId: 'reserveCapacity',
      what: '3,000 intervals over years',
      status: 200,
      of: (number) => ({ body: overYears(number) }),
    },
    {
      operationId: 'reserveCapacity',
      what: '3,000 intervals without room',
      status: 409,
      of: (number) => ({
        body: { intervals: inARow(number).intervals.map((each) => ({ ...each, capacityGb: 1_000_000_000_000 })) },
      }),
    },
    {
      operationId: 'quoteCapacity',
      what: '3,000 intervals over years',
      status: 200,
      of: (number) => ({ body: overYears(number) }),
    },
    {
      operationId: 'listCapacityReservations',
      what: 'a page of reservations of 3,000 intervals',
      status: 200,
      of: () => ({ query: { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', limit: '200' } }),
    },
    {
      operationId: 'listCapacityReservations',
      what: 'a filter that keeps nothing',
      status: 200,
      of: () => ({ query: { from: '2090-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', limit: '200' } }),
    },
    {
      operationId: 'getCapacityReservation',
      what: 'one that is not there',
      status: 404,
      of: () => ({ path: { reservationId: crypto.randomUUID() } }),
    },
    { operationId: 'getCapacityCalendar', what: '35 days', status: 200, of: () => ({ query: calendar }) },
    {
      operationId: 'findCapacityWindows',
      what: '35 days',
      status: 200,
      of: () => ({ query: { ...calendar, durationMinutes: '15', capacityGb: '4' } }),
    },
    {
      operationId: 'getCapacityUsage',
      what: '35 days',
      status: 200,
      of: () => {
        const toMs = Math.ceil(Date.now() / quarterMs) * quarterMs;
        return { query: { from: timeOf(toMs - 35 * dayMs), to: timeOf(toMs) } };
      },
    },
    {
      operationId: 'recordCapacityUsage',
      what: '1,000 samples of one workload',
      status: 200,
      of: (number) => ({ body: samplesOf(number + 10, () => `one-${number}`) }),
    },
    {
      operationId: 'recordCapacityUsage',
      what: '1,000 samples between those of 100 workloads',
      status: 200,
      of: (number) => ({ body: samplesOf(number + 10, (index) => `workload-${index % 100}`) }),
    },
    {
      operationId: 'recordCapacityUsage',
      what: '1,000 samples of 1,000 workloads',
      status: 200,
      of: (number) => ({ body: samplesOf(number + 10, (index) => `many-${index}`) }),
    },
    { operationId: 'getCapacityLimits', what: '200 ranges', status: 200, of: () => ({}) },
    {
      operationId: 'updateCapacityLimits',
      what: 'one of 200 ranges',
      status: 200,
      of: (number) => {
        const [from, to] = [firstMs + 2 * (number % 200) * dayMs, firstMs + (2 * (number % 200) + 1) * dayMs];
        return { body: { org_cap_gb: 700_000_000 - number, from: timeOf(from), to: timeOf(to) } };
      },
    },
  ],
};
