import type { Tier } from './records.ts';

/** What an operator sets of a tier. */
export type TierSettings = Omit<Tier, 'createdAtMs' | 'updatedAtMs'>;

/** The tier of the tenant that a fresh store starts with. */
export const unlimitedTier = 'unlimited';

/** The tier of a tenant that is created without one. */
export const defaultTier = 'free';

const hoursPerDay = 24;
const paid = { webhooks: true, jwtExchange: true, enforce: true };

/** What a fresh store starts with. The first four are published. */
export const firstTiers: Readonly<Record<string, TierSettings>> = {
  [defaultTier]: {
    opsPerMinute: 200,
    opsPerDay: 10_000,
    concurrentLocks: 500,
    apiKeys: 1,
    eventHistoryHours: hoursPerDay,
    webhooks: false,
    jwtExchange: false,
    enforce: true,
  },
  starter: {
    opsPerMinute: 1_000,
    opsPerDay: 50_000,
    concurrentLocks: 10_000,
    apiKeys: 10,
    eventHistoryHours: 7 * hoursPerDay,
    ...paid,
  },
  pro: {
    opsPerMinute: 5_000,
    opsPerDay: null,
    concurrentLocks: 100_000,
    apiKeys: 100,
    eventHistoryHours: 90 * hoursPerDay,
    ...paid,
  },
  enterprise: {
    opsPerMinute: 20_000,
    opsPerDay: null,
    concurrentLocks: 1_000_000,
    apiKeys: null,
    eventHistoryHours: null,
    ...paid,
  },
  [unlimitedTier]: {
    opsPerMinute: null,
    opsPerDay: null,
    concurrentLocks: null,
    apiKeys: null,
    eventHistoryHours: null,
    ...paid,
  },
};
