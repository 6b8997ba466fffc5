import type { OperationTypes } from '@holdfast/contract';

import { recordKey } from '../kernel/record-access.ts';
import type { Records } from '../kernel/record-access.ts';
import type { ReadOperation, WriteOperation } from '../legacy-operation.ts';
import { platformPartition } from '../partitions.ts';
import { accepted, invalidRequest, isRefused } from '../shared/outcomes.ts';
import type { Refused } from '../shared/outcomes.ts';
import { findUnsafeSums } from './amounts.ts';
import { intervalMs } from './intervals.ts';
import type { IntervalRange } from './intervals.ts';
import { findFaults, memberOf, parseRange } from './limit-input.ts';
import type { LimitChange } from './limit-input.ts';
import { mostRanges, noLimit, withDefault, withRange } from './limits.ts';
import {
  keepSettings,
  mostOf,
  mostRateChanges,
  ratesToCome,
  readSettings,
  settingsKeyOf,
  withRates,
} from './platform-settings.ts';
import { limitKind } from './records.ts';
import type { Limit, PlatformSettings } from './records.ts';
import { adminsOnly } from './refusals.ts';
import type { CapacityRates, CapacityServiceSettings } from './settings.ts';
import { limitIds } from './state.ts';
import { toGridTime } from './wire.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];

export function createLimitOperations(seed: CapacityServiceSettings) {
  const getCapacityLimits: ReadOperation<Input<'getCapacityLimits'>, Result<'getCapacityLimits'>> = {
    type: 'read',
    prepare(caller, { query: { tenant_id: tenantId } }) {
      if (!caller.isAdmin) return adminsOnly;
      const partition = platformPartition(caller.environment);
      return {
        partitions: [partition],
        reads: limitKeysOf(partition, tenantId),
        run: (records) => accepted(showLimits(records, partition, tenantId, seed)),
      };
    },
  };

  const updateCapacityLimits: WriteOperation<Input<'updateCapacityLimits'>, Result<'updateCapacityLimits'>> = {
    type: 'write',
    prepare(caller, { body }) {
      const partition = platformPartition(caller.environment);
      // Refused by a command, so that the refusal is kept for its idempotency key.
      if (!caller.isAdmin) return { partitions: [partition], reads: [], run: () => adminsOnly };
      const faults = findFaults(body);
      if (faults.length > 0) return invalidRequest(...faults);
      const range = parseRange(body);
      if (isRefused(range)) return range;
      const tenantId = body.tenant_id;
      return {
        partitions: [partition],
        reads: limitKeysOf(partition, tenantId),
        run(changes, nowMs) {
          const limits = amountsToSet(body).map(({ id, gb }) => {
            const limit = changes.get(limitKind, partition, id) ?? noLimit;
            return { id, limit: range === undefined ? withDefault(limit, gb) : withRange(limit, range, gb) };
          });
          if (limits.some(({ limit }) => limit.ranges.length > mostRanges)) return tooManyRanges;
          const before = readSettings(changes, partition, seed);
          const settings = changeSettings(before, body, nowMs);
          if (settings.rateChanges.length > mostRateChanges) return tooManyRates;
          const unsafe = refuseUnsafe(body, before, settings);
          if (unsafe !== undefined) return unsafe;

          for (const { id, limit } of limits) changes.put(limitKind, partition, id, limit);
          keepSettings(changes, partition, settings);
          return accepted(showLimits(changes, partition, tenantId, seed));
        },
      };
    },
  };

  return { getCapacityLimits, updateCapacityLimits };
}

const tooManyRanges = invalidRequest({
  field: '/from',
  rule: 'maxItems',
  message: `would be the beginning of one more range than ${mostRanges}, of which a limit may be made`,
});

const tooManyRates = invalidRequest({
  field: '/reserved_micros_per_gb_hour',
  rule: 'maxItems',
  message: `must not be one more change of rates than ${mostRateChanges}, of which the store keeps each`,
});

type Amounts = Readonly<Record<'platformGb' | 'orgGb', number | null>>;

function amountsToSet(body: LimitChange): readonly { readonly id: string; readonly gb: number | null }[] {
  const { platform_capacity_gb: platformGb, org_cap_gb: orgGb, tenant_id: tenantId } = body;
  const orgId = tenantId === undefined ? limitIds.orgs : limitIds.org(tenantId);
  return [
    ...(platformGb === undefined ? [] : [{ id: limitIds.platform, gb: platformGb }]),
    ...(orgGb === undefined ? [] : [{ id: orgId, gb: orgGb }]),
  ];
}

function limitKeysOf(partition: string, tenantId: string | undefined) {
  const ids = [limitIds.platform, limitIds.orgs, ...(tenantId === undefined ? [] : [limitIds.org(tenantId)])];
  return [settingsKeyOf(partition), ...ids.map((id) => recordKey(limitKind, partition, id))];
}

/** The settings after a change. Rates apply from the next interval on: nothing past is repriced. */
function changeSettings(settings: PlatformSettings, body: LimitChange, nowMs: number): PlatformSettings {
  const most = mostOf(settings.most, {
    platformCapacityGb: body.platform_capacity_gb ?? 0,
    orgCapGb: body.org_cap_gb ?? 0,
  });
  const before = ratesToCome(settings);
  const rates = {
    reservedMicrosPerGbHour: rateToSet('reservedMicrosPerGbHour', body, settings),
    onDemandMicrosPerGbHour: rateToSet('onDemandMicrosPerGbHour', body, settings),
  };
  const isOtherRate =
    rates.reservedMicrosPerGbHour !== before.reservedMicrosPerGbHour ||
    rates.onDemandMicrosPerGbHour !== before.onDemandMicrosPerGbHour;
  const changed = { ...settings, most };
  return isOtherRate ? withRates(changed, rates, Math.floor(nowMs / intervalMs) + 1) : changed;
}

/** The new rate: as given, the seed's for null, unchanged if absent. */
function rateToSet(name: keyof CapacityRates, body: LimitChange, settings: PlatformSettings): number {
  const given = body[memberOf[name]];
  return given === undefined ? ratesToCome(settings)[name] : (given ?? settings.seed[name]);
}

/** Refuses settings whose cost could exceed an exact number, and names the members at fault. */
function refuseUnsafe(body: LimitChange, before: PlatformSettings, after: PlatformSettings): Refused | undefined {
  const faults = findUnsafeSums(after.most).flatMap(({ settings, words }) =>
    settings
      .filter((name) => after.most[name] > before.most[name])
      .map((name) => ({
        field: `/${memberOf[name]}`,
        rule: 'maximum',
        message: `must not ${words}`,
        value: body[memberOf[name]],
      })),
  );
  return faults.length === 0 ? undefined : invalidRequest(...faults);
}

function showLimits(
  records: Records,
  partition: string,
  tenantId: string | undefined,
  seed: CapacityServiceSettings,
): Result<'getCapacityLimits'> {
  const settings = readSettings(records, partition, seed);
  const rates = ratesToCome(settings);
  const read = (id: string): Limit => records.get(limitKind, partition, id) ?? noLimit;
  const [platform, orgs] = [read(limitIds.platform), read(limitIds.orgs)];
  const org = tenantId === undefined ? undefined : read(limitIds.org(tenantId));
  return {
    tenant_id: tenantId ?? null,
    platform_capacity_gb: platform.gb ?? settings.seed.platformCapacityGb,
    org_cap_gb: org?.gb ?? orgs.gb ?? settings.seed.orgCapGb,
    reserved_micros_per_gb_hour: rates.reservedMicrosPerGbHour,
    on_demand_micros_per_gb_hour: rates.onDemandMicrosPerGbHour,
    ranges: org === undefined ? showRanges(platform, orgs) : showRanges(noLimit, org),
  };
}

/** By time. Ranges of the platform and of orgs with the same bounds are one row. */
function showRanges(platform: Limit, org: Limit): Result<'getCapacityLimits'>['ranges'] {
  const rows = new Map<string, IntervalRange & Amounts>();
  const add = ({ fromInterval, toInterval }: IntervalRange, amounts: Partial<Amounts>) => {
    const key = `${fromInterval}/${toInterval}`;
    rows.set(key, { fromInterval, toInterval, ...(rows.get(key) ?? { platformGb: null, orgGb: null }), ...amounts });
  };
  for (const range of platform.ranges) add(range, { platformGb: range.gb });
  for (const range of org.ranges) add(range, { orgGb: range.gb });
  return [...rows.values()]
    .sort((left, right) => left.fromInterval - right.fromInterval || left.toInterval - right.toInterval)
    .map(({ fromInterval, toInterval, platformGb, orgGb }) => {
      const [from, to] = [toGridTime(fromInterval), toGridTime(toInterval)];
      return { from, to, platform_capacity_gb: platformGb, org_cap_gb: orgGb };
    });
}
