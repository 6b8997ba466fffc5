import { recordKey } from '../../kernel/record-access.ts';
import type { Records } from '../../kernel/record-access.ts';
import type { Result } from '../../operation.ts';
import type { IntervalRange } from '../intervals.ts';
import { noLimit } from '../limits.ts';
import { ratesToCome, readSettings, settingsKeyOf } from '../platform-settings.ts';
import { limitKind } from '../records.ts';
import type { Limit } from '../records.ts';
import type { CapacityServiceSettings } from '../settings.ts';
import { limitIds } from '../state.ts';
import { toGridTime } from '../wire.ts';

/** The records that show what is set for a tenant, or for all of them. */
export function limitKeysOf(partition: string, tenantId: string | undefined) {
  const ids = [limitIds.platform, limitIds.orgs, ...(tenantId === undefined ? [] : [limitIds.org(tenantId)])];
  return [settingsKeyOf(partition), ...ids.map((id) => recordKey(limitKind, partition, id))];
}

type Amounts = Readonly<Record<'platformGb' | 'orgGb', number | null>>;

export function showLimits(
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
