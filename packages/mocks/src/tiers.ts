import { requestValidators } from '@holdfast/contract';
import { firstTiers } from '@holdfast/engine';
import type { TierSettings } from '@holdfast/engine';

import { assertKnownMembers } from './known-members.ts';

/** What a tenant may use. A figure that is absent, or null, is no limit. */
export interface MockTier {
  /** The most operations in a calendar minute, in each environment. There may be 5 times as many reads. */
  readonly opsPerMinute?: number | null | undefined;
  /** The most operations in a day, in UTC. */
  readonly opsPerDay?: number | null | undefined;
  /** The most locks at a time: each slot and each blocker is one. */
  readonly concurrentLocks?: number | null | undefined;
  /** The most API keys that are neither revoked nor expired. Those of the options are always good. */
  readonly apiKeys?: number | null | undefined;
  /** For how many hours events are shown. Absent, or null: for 90 days. */
  readonly eventHistoryHours?: number | null | undefined;
  /** Whether events can be sent to webhooks. Default true. */
  readonly webhooks?: boolean | undefined;
  /** Whether JWTs can be exchanged for tokens. Default true. */
  readonly jwtExchange?: boolean | undefined;
  /** Whether the limits refuse anything. Default true; false: they are only counted and shown. */
  readonly enforce?: boolean | undefined;
}

export type Tiers = Readonly<Record<string, TierSettings>>;

const largestFigure = 1_000_000_000;

const members: readonly (keyof MockTier)[] = [
  'opsPerMinute',
  'opsPerDay',
  'concurrentLocks',
  'apiKeys',
  'eventHistoryHours',
  'webhooks',
  'jwtExchange',
  'enforce',
];

/**
 * Those of a new server, with the given ones besides them or in their place.
 *
 * @throws TypeError if one can't be.
 */
export function readTiers(given: Readonly<Record<string, MockTier>>): Tiers {
  const read = Object.entries(given).map(([name, tier]) => [name, readTier(name, tier)] as const);
  return { ...firstTiers, ...Object.fromEntries(read) };
}

/** @throws TypeError if it is no limit. Undefined is none, like null. */
export function readFigure(name: string, figure: number | null | undefined): number | null {
  if (figure === undefined || figure === null) return null;
  if (Number.isInteger(figure) && figure >= 1 && figure <= largestFigure) return figure;
  throw new TypeError(`${name} must be a whole number from 1 to ${largestFigure}, not ${String(figure)}.`);
}

function readTier(name: string, tier: MockTier): TierSettings {
  if (!requestValidators.putTier.path({ name })) {
    throw new TypeError(`The name of a tier is small letters, digits and hyphens, not ${JSON.stringify(name)}.`);
  }
  assertKnownMembers(`The tier ${name}`, tier, members);
  const { webhooks = true, jwtExchange = true, enforce = true } = tier;
  return {
    opsPerMinute: readFigure('opsPerMinute', tier.opsPerMinute),
    opsPerDay: readFigure('opsPerDay', tier.opsPerDay),
    concurrentLocks: readFigure('concurrentLocks', tier.concurrentLocks),
    apiKeys: readFigure('apiKeys', tier.apiKeys),
    eventHistoryHours: readFigure('eventHistoryHours', tier.eventHistoryHours),
    webhooks,
    jwtExchange,
    enforce,
  };
}
