import { scopes } from '@holdfast/engine';

import type { SeededKeys } from '../family.ts';

/** Whose limits count what. Each has one environment. */
export type TenantId = 'byMinute' | 'byDay' | 'halted' | 'byLocks';

const fixedKey = (digit: string) => `hf_live_${digit.repeat(43)}`;

/** Administers everything, without limits. */
export const platformKey = fixedKey('9');

/** Keys that are there from the beginning and to the end. */
export const fixedKeys: Readonly<Record<TenantId | 'ownLimit', string>> = {
  byMinute: fixedKey('3'),
  /** Of the first one's tenant, with a limit of its own besides. */
  ownLimit: fixedKey('4'),
  byDay: fixedKey('5'),
  halted: fixedKey('6'),
  byLocks: fixedKey('7'),
};

export const ownLimit = 7;

export const tiers = { byMinute: 'free', byDay: 'starter', byLocks: 'pro' } as const;

/** The tenant whose locks are counted, and how many it may have. */
export const countedLocks = { lockPartition: 'byLocks/live/named-resources', mostLocks: 4 };

/** Has an event of whatever {@link platformKey} does. */
const auditedOutbox = 'platform/live/events';

export const watched = { ...countedLocks, auditedOutbox };

/** Operations a minute and a day; reads have five times the first. Some are so large that slices have several units. */
export function limitsOf(scope: string): { readonly perMinute: number; readonly perDay: number } {
  const seed = Number(scope.slice(1));
  return { perMinute: [6, 25, 400][seed % 3]!, perDay: [30, 200][seed % 2]! };
}

const place = { environment: 'live', scopes: null, opsPerMinute: null } as const;

export const seededKeys: SeededKeys = [
  { ...place, apiKey: platformKey, tenantId: 'platform', label: 'platform', tier: 'unlimited', scopes },
  { ...place, apiKey: fixedKeys.byMinute, tenantId: 'byMinute', label: 'by minute', tier: tiers.byMinute },
  {
    ...place,
    apiKey: fixedKeys.ownLimit,
    tenantId: 'byMinute',
    label: 'own',
    tier: tiers.byMinute,
    opsPerMinute: ownLimit,
  },
  { ...place, apiKey: fixedKeys.byDay, tenantId: 'byDay', label: 'by day', tier: tiers.byDay },
  { ...place, apiKey: fixedKeys.byLocks, tenantId: 'byLocks', label: 'by locks', tier: tiers.byLocks },
  { ...place, apiKey: fixedKeys.halted, tenantId: 'halted', label: 'halted', tier: 'unlimited' },
];
