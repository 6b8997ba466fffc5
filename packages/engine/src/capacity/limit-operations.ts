import type { OperationTypes } from '@holdfast/contract';

import type { ReadOperation, WriteOperation } from '../operation.ts';
import { recordKey } from '../record-access.ts';
import type { Records } from '../record-access.ts';
import { accepted, invalidRequest } from '../shared/outcomes.ts';
import type { FieldFault, Refused } from '../shared/outcomes.ts';
import { adminsOnly } from './capacity-refusals.ts';
import { offGrid, intervalOf } from './interval-input.ts';
import type { IntervalRange } from './intervals.ts';
import { mostRanges, noLimit, withDefault, withRange } from './limits.ts';
import { limitKind } from './records.ts';
import type { Limit } from './records.ts';
import type { CapacityServiceSettings } from './settings.ts';
import { limitIds, platformPartitionOf } from './state.ts';
import { toGridTime } from './wire.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];
type Change = OperationTypes['updateCapacityLimits']['body'];

export function createLimitOperations(settings: CapacityServiceSettings) {
  const getCapacityLimits: ReadOperation<Input<'getCapacityLimits'>, Result<'getCapacityLimits'>> = {
    type: 'read',
    prepare(caller, { query: { tenant_id: tenantId } }) {
      if (!caller.isAdmin) return adminsOnly;
      const partition = platformPartitionOf(caller.environment);
      return {
        partitions: [partition],
        reads: limitKeysOf(partition, tenantId),
        run: (records) => accepted(showLimits(records, partition, tenantId, settings)),
      };
    },
  };

  const updateCapacityLimits: WriteOperation<Input<'updateCapacityLimits'>, Result<'updateCapacityLimits'>> = {
    type: 'write',
    prepare(caller, { body }) {
      const partition = platformPartitionOf(caller.environment);
      // A refusal like any other, to be kept for its idempotency key.
      if (!caller.isAdmin) return { partitions: [partition], reads: [], run: () => adminsOnly };
      const faults = findFaults(body);
      if (faults.length > 0) return invalidRequest(...faults);
      const range = parseRange(body);
      if (range !== undefined && 'ok' in range) return range;
      const tenantId = body.tenant_id;
      return {
        partitions: [partition],
        reads: limitKeysOf(partition, tenantId),
        run(changes) {
          const limits = amountsToSet(body).map(({ id, gb }) => {
            const limit = changes.get(limitKind, partition, id) ?? noLimit;
            return { id, limit: range === undefined ? withDefault(limit, gb) : withRange(limit, range, gb) };
          });
          if (limits.some(({ limit }) => limit.ranges.length > mostRanges)) return tooManyRanges;
          for (const { id, limit } of limits) changes.put(limitKind, partition, id, limit);
          return accepted(showLimits(changes, partition, tenantId, settings));
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

type Amounts = Readonly<Record<'platformGb' | 'orgGb', number | null>>;

/** What is wrong with which members go together. */
function findFaults(body: Change): readonly FieldFault[] {
  const { platform_capacity_gb: platformGb, org_cap_gb: orgGb, tenant_id: tenantId, from, to } = body;
  const faults: FieldFault[] = [];
  if (platformGb === undefined && orgGb === undefined) {
    const message = tenantId === undefined ? 'must be given, or else platform_capacity_gb' : 'must be given';
    faults.push({ field: '/org_cap_gb', rule: 'required', message });
  }
  if (platformGb !== undefined && tenantId !== undefined) {
    const message = 'must not be given together with tenant_id: the platform is the same for all tenants';
    faults.push({ field: '/platform_capacity_gb', rule: 'not', message, value: platformGb });
  }
  if ((from === undefined) !== (to === undefined)) {
    const [missing, given] = from === undefined ? ['from', 'to'] : ['to', 'from'];
    faults.push({ field: `/${missing}`, rule: 'dependentRequired', message: `must be given together with ${given}` });
  }
  return faults;
}

/** The range that a change is for; undefined if it is for all times. */
function parseRange({ from, to }: Change): IntervalRange | Refused | undefined {
  if (from === undefined || to === undefined) return undefined;
  const [fromInterval, toInterval] = [intervalOf(from), intervalOf(to)];
  if (fromInterval === undefined) return offGrid('/from', from);
  if (toInterval === undefined) return offGrid('/to', to);
  if (fromInterval < toInterval) return { fromInterval, toInterval };
  return invalidRequest({ field: '/to', rule: 'after', message: 'must be later than from', value: to });
}

function amountsToSet(body: Change): readonly { readonly id: string; readonly gb: number | null }[] {
  const { platform_capacity_gb: platformGb, org_cap_gb: orgGb, tenant_id: tenantId } = body;
  const orgId = tenantId === undefined ? limitIds.orgs : limitIds.org(tenantId);
  return [
    ...(platformGb === undefined ? [] : [{ id: limitIds.platform, gb: platformGb }]),
    ...(orgGb === undefined ? [] : [{ id: orgId, gb: orgGb }]),
  ];
}

function limitKeysOf(partition: string, tenantId: string | undefined) {
  const ids = [limitIds.platform, limitIds.orgs, ...(tenantId === undefined ? [] : [limitIds.org(tenantId)])];
  return ids.map((id) => recordKey(limitKind, partition, id));
}

function showLimits(
  records: Records,
  partition: string,
  tenantId: string | undefined,
  settings: CapacityServiceSettings,
): Result<'getCapacityLimits'> {
  const read = (id: string): Limit => records.get(limitKind, partition, id) ?? noLimit;
  const [platform, orgs] = [read(limitIds.platform), read(limitIds.orgs)];
  const org = tenantId === undefined ? undefined : read(limitIds.org(tenantId));
  return {
    tenant_id: tenantId ?? null,
    platform_capacity_gb: platform.gb ?? settings.platformCapacityGb,
    org_cap_gb: org?.gb ?? orgs.gb ?? settings.orgCapGb,
    ranges: org === undefined ? showRanges(platform, orgs) : showRanges(noLimit, org),
  };
}

/** In the order of time; what is set for the platform and for orgs from and to the same time is one row. */
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
