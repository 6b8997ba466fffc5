import type { WriteOperation } from '../../operation.ts';
import { platformPartition } from '../../partitions.ts';
import { accepted, invalidRequest, isRefused } from '../../shared/outcomes.ts';
import type { Refused } from '../../shared/outcomes.ts';
import { findUnsafeSums } from '../amounts.ts';
import type { CapacityContext } from '../context.ts';
import { intervalMs } from '../intervals.ts';
import { mostRanges, noLimit, withDefault, withRange } from '../limits.ts';
import { keepSettings, mostOf, mostRateChanges, ratesToCome, readSettings, withRates } from '../platform-settings.ts';
import { limitKind } from '../records.ts';
import type { PlatformSettings } from '../records.ts';
import type { CapacityRates } from '../settings.ts';
import { limitIds } from '../state.ts';
import { findFaults, memberOf, parseRange } from './limit-input.ts';
import type { LimitChange } from './limit-input.ts';
import { limitKeysOf, showLimits } from './limit-view.ts';

export const updateCapacityLimits: WriteOperation<'updateCapacityLimits', CapacityContext> = (
  caller,
  { body },
  { settings },
) => {
  const partition = platformPartition(caller.environment);
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
      const before = readSettings(changes, partition, settings);
      const after = changeSettings(before, body, nowMs);
      if (after.rateChanges.length > mostRateChanges) return tooManyRates;
      const unsafe = refuseUnsafe(body, before, after);
      if (unsafe !== undefined) return unsafe;

      for (const { id, limit } of limits) changes.put(limitKind, partition, id, limit);
      keepSettings(changes, partition, after);
      return accepted(showLimits(changes, partition, tenantId, settings));
    },
  };
};

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

function amountsToSet(body: LimitChange): readonly { readonly id: string; readonly gb: number | null }[] {
  const { platform_capacity_gb: platformGb, org_cap_gb: orgGb, tenant_id: tenantId } = body;
  const orgId = tenantId === undefined ? limitIds.orgs : limitIds.org(tenantId);
  return [
    ...(platformGb === undefined ? [] : [{ id: limitIds.platform, gb: platformGb }]),
    ...(orgGb === undefined ? [] : [{ id: orgId, gb: orgGb }]),
  ];
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
