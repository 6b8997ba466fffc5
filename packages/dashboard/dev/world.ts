import type { HoldfastMock, Seed } from '@holdfast/mocks';
import { Holdfast, intervals } from '@holdfast/sdk';

import { apiKeys } from './dev-session.ts';

const workers = ['worker-1', 'worker-2', 'worker-3', 'billing', 'nightly-report', 'ada', 'grace'];

/** An hour in UTC, so many days from now. */
function timeOn(day: number, hour: number): Date {
  const time = new Date();
  time.setUTCDate(time.getUTCDate() + day);
  time.setUTCHours(hour, 0, 0, 0);
  return time;
}

/** What there is at the start: something to look at in every view. */
export const seed: Seed = {
  definitions: [
    { name: 'Printer', capacity: 6 },
    { name: 'gpu', capacity: 16 },
    { name: 'licence-seat', capacity: 24 },
    ...['room-11', 'room-12', 'room-13'].map((name) => ({ name, treePath: 'building>floor-1' })),
    ...['room-21', 'room-22'].map((name) => ({ name, treePath: 'building>floor-2' })),
  ],
  reservations: [
    ...Array.from({ length: 40 }, (_, index) => ({
      requester: workers[index % workers.length]!,
      resource: `order/${String(1_000 + index)}`,
      resourceType: 'order',
      ttlSeconds: 600 + index * 97,
    })),
    ...Array.from({ length: 9 }, (_, index) => {
      return { requester: `trainer-${index + 1}`, resource: 'gpu', ttlSeconds: 7_200 };
    }),
    { requester: 'ada', resource: 'room-12', ttlSeconds: 3_600, metadata: { why: 'stand-up' } },
    { requester: 'migration', resource: 'schema', resourceType: 'deploy' },
  ],
  metrics: [
    { key: 'image', display_name: 'Images' },
    { key: 'token', display_name: 'Tokens' },
  ],
  meteringRules: [
    { billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1_500 },
    {
      billable_metric_key: 'token',
      cost_type: 'tiered',
      mode: 'graduated',
      tiers: [
        { up_to: 1_000_000, unit_cost: 2 },
        { up_to: null, unit_cost: 1 },
      ],
    },
  ],
  topUps: ['acme', 'globex', 'initech'].map((external_customer_id, index) => ({
    external_customer_id,
    credits: 250_000 * (index + 1),
    external_payment_id: `pay-${index}`,
  })),
  capacityReservations: [1, 2, 3, 4].map((day) => ({
    intervals: intervals(timeOn(day, 8), timeOn(day, 18), 128 * day),
  })),
  holds: [{ external_customer_id: 'acme', billable_metric_key: 'image', estimated_units: 12, ttl_seconds: 3_600 }],
};

const beatMs = 1_500;

/** Has somebody take, renew and leave locks, and use credits and memory, for as long as it isn't stopped. */
export function liveOn({ fetch }: HoldfastMock, baseUrl: string): { stop(): void } {
  const holdfast = new Holdfast({ baseUrl, apiKey: apiKeys[0].key, fetch });
  let beat = 0;
  const timer = setInterval(() => {
    beat += 1;
    const requester = workers[beat % workers.length]!;
    const resource = `job/${beat % 30}`;
    void holdfast.resources.reserve([{ requester, resource, resourceType: 'job', ttlSeconds: 12 + (beat % 7) }]);
    if (beat % 4 === 0) {
      const customer = ['acme', 'globex', 'initech'][beat % 3]!;
      void holdfast.credits
        .recordUsage({ customer, billable_metric_key: 'image', units: 1 + (beat % 3) })
        .catch(() => {});
      const samples = [{ workloadId: 'batch', at: new Date(), memoryGb: 16 + (beat % 48) }];
      void holdfast.capacity.recordUsage({ samples });
    }
  }, beatMs);
  return { stop: () => clearInterval(timer) };
}
