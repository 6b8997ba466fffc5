import type { Scenario } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { CapacityClient, paths, pathWith } from '../capacity/capacity-client.ts';
import { dayMs, firstBookable, gridTime, interval, intervals, quarterMs } from '../capacity/grid.ts';
import type { ValidRequest } from '../every-operation.ts';
import { wireTime } from '../wire-time.ts';
import { capacityFaults } from './capacity-faults.ts';
import type { ExpectedRefusal, Family } from './family.ts';

const usagePath = '/api/capacity/usage';

export const capacity: Family = {
  name: 'capacity',

  root: '/api/capacity',

  validRequests: {
    reserveCapacity: async ({ clock }) => post(paths.reservations, { intervals: intervals(firstBookable(clock), 2) }),
    quoteCapacity: async ({ clock }) => post(paths.quotes, { intervals: intervals(firstBookable(clock), 2) }),
    listCapacityReservations: async () =>
      get(paths.reservations, { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }),
    getCapacityReservation: async (scenario) => get(`${paths.reservations}/${await reserveOne(scenario)}`),
    getCapacityCalendar: async ({ clock }) => get(paths.calendar, dayFrom(firstBookable(clock))),
    findCapacityWindows: async ({ clock }) =>
      get(paths.windows, { ...dayFrom(firstBookable(clock)), durationMinutes: 30, capacityGb: 16 }),
    recordCapacityUsage: async (scenario) =>
      post(usagePath, { samples: [sample(scenario, -120), sample(scenario, -60)] }),
    getCapacityUsage: async ({ clock }) => get(usagePath, dayFrom(firstBookable(clock) - dayMs)),
  },

  async readEverything(scenario) {
    const client = new CapacityClient(scenario);
    const now = scenario.clock.now();
    const aroundNow = [now - 2 * dayMs, now + 2 * dayMs].map((atMs) =>
      gridTime(Math.floor(atMs / quarterMs) * quarterMs),
    );
    const window = { from: aroundNow[0]!, to: aroundNow[1]! };
    const reads = [
      client.list({ from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z', limit: 200 }),
      client.askFor(paths.calendar, window),
      client.askFor(usagePath, window),
      client.limits(),
    ] as const;
    const [reservations, calendar, usage, limits] = await Promise.all(reads);
    return [reservations, calendar.json, usage.json, limits];
  },

  pages: {
    async listCapacityReservations(scenario) {
      for (let count = 0; count < 2; count += 1) await reserveOne(scenario);
      const query = { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z', limit: '1' };
      const { nextCursor } = await new CapacityClient(scenario).list(query);
      const otherQuery = { ...query, from: '2020-01-01T00:00:01Z' };
      return { list: 'reservations', query, otherQuery, nextCursor: nextCursor ?? '' };
    },
  },

  choices: {},

  otherAddresses: [],

  opaqueMembers: [],

  furtherFaults: capacityFaults,

  refusals: [
    ...['reserveCapacity', 'quoteCapacity'].flatMap((operationId): readonly ExpectedRefusal[] => {
      const path = operationId === 'reserveCapacity' ? paths.reservations : paths.quotes;
      return [
        {
          operationId,
          reason: 'more than there is in one of its intervals',
          status: 409,
          names: '"reservableGb":1024,"reason":"insufficient_capacity"',
          prepare: async ({ clock }) => {
            const atMs = firstBookable(clock) + dayMs;
            return post(path, { intervals: [interval(atMs, 4), interval(atMs + quarterMs, 1_028)] });
          },
        },
        {
          operationId,
          reason: 'an interval that begins too soon',
          status: 400,
          names: 'intervals[1].startsAt is ',
          prepare: async ({ clock }) => {
            const atMs = firstBookable(clock);
            return post(path, { intervals: [interval(atMs), interval(atMs - quarterMs)] });
          },
        },
      ];
    }),
    ...[apiKeys.otherTenant, apiKeys.test].map((apiKey): ExpectedRefusal => ({
      operationId: 'getCapacityReservation',
      reason: `a reservation of others, ${apiKey.slice(0, 9)}`,
      status: 404,
      names: 'There is no such reservation.',
      prepare: async (scenario) => get(`${paths.reservations}/${await reserveOne(scenario, apiKey)}`),
    })),
    ...(
      [
        ['that is too old', -86_401, 'more than 24 hours ago'],
        ['of the future', 61, 'more than a minute in the future'],
      ] as const
    ).map(([reason, secondsLater, names]): ExpectedRefusal => ({
      operationId: 'recordCapacityUsage',
      reason: `a sample ${reason}, beside one that is not`,
      status: 400,
      names,
      prepare: async (scenario) =>
        post(usagePath, { samples: [sample(scenario, -60), sample(scenario, secondsLater)] }),
    })),
  ],
};

function post(path: string, body: unknown): ValidRequest {
  return { method: 'POST', path, body };
}

function get(path: string, query: Parameters<typeof pathWith>[1] = {}): ValidRequest {
  return { method: 'GET', path: pathWith(path, query) };
}

function dayFrom(atMs: number) {
  return { from: gridTime(atMs), to: gridTime(atMs + dayMs) };
}

async function reserveOne(scenario: Scenario, apiKey?: string): Promise<string> {
  const [client, atMs] = [new CapacityClient(scenario, apiKey), firstBookable(scenario.clock)];
  return (await client.reserve([interval(atMs)])).reservationId;
}

function sample({ clock, unique }: Scenario, secondsLater: number) {
  return { workloadId: unique('workload'), at: wireTime(clock, secondsLater), memoryGb: 8 };
}
