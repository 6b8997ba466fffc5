import type { HoldfastMock, Seed } from '@holdfast/mocks';
import { Holdfast } from '@holdfast/sdk';

import { apiKeys } from './dev-session.ts';

const workers = ['worker-1', 'worker-2', 'worker-3', 'billing', 'nightly-report', 'ada', 'grace'];

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
    ...Array.from({ length: 9 }, () => ({ requester: 'trainer', resource: 'gpu', ttlSeconds: 7_200 })),
    { requester: 'ada', resource: 'room-12', ttlSeconds: 3_600, metadata: { why: 'stand-up' } },
    { requester: 'migration', resource: 'schema', resourceType: 'deploy' },
  ],
  metrics: [{ key: 'image', display_name: 'Images' }],
  meteringRules: [{ billable_metric_key: 'image', cost_type: 'per_unit', unit_cost: 1_500 }],
  topUps: ['acme', 'globex', 'initech'].map((external_customer_id, index) => ({
    external_customer_id,
    credits: 250_000 * (index + 1),
    external_payment_id: `pay-${index}`,
  })),
  holds: [{ external_customer_id: 'acme', billable_metric_key: 'image', estimated_units: 12, ttl_seconds: 3_600 }],
};

const beatMs = 1_500;

/** Has somebody take, renew and leave locks, and use credits, for as long as it isn't stopped. */
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
    }
  }, beatMs);
  return { stop: () => clearInterval(timer) };
}
