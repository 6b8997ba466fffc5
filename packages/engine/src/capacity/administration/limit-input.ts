import type { OperationTypes } from '@holdfast/contract';

import { invalidRequest } from '../../shared/outcomes.ts';
import type { FieldFault, Refused } from '../../shared/outcomes.ts';
import { intervalOf, offGrid } from '../interval-input.ts';
import type { IntervalRange } from '../intervals.ts';
import type { CapacityServiceSettings } from '../settings.ts';

export type LimitChange = OperationTypes['updateCapacityLimits']['body'];

/** The member of a change that sets each setting. */
export const memberOf = {
  platformCapacityGb: 'platform_capacity_gb',
  orgCapGb: 'org_cap_gb',
  reservedMicrosPerGbHour: 'reserved_micros_per_gb_hour',
  onDemandMicrosPerGbHour: 'on_demand_micros_per_gb_hour',
} as const satisfies Readonly<Record<keyof CapacityServiceSettings, keyof LimitChange>>;

const rateMembers = [memberOf.reservedMicrosPerGbHour, memberOf.onDemandMicrosPerGbHour] as const;

/** Members that don't go together. */
export function findFaults(change: LimitChange): readonly FieldFault[] {
  const { platform_capacity_gb: platformGb, tenant_id: tenantId, from, to } = change;
  const faults: FieldFault[] = [];
  if (Object.values(memberOf).every((member) => change[member] === undefined)) {
    const message = tenantId === undefined ? 'must be given, or else platform_capacity_gb or a rate' : 'must be given';
    faults.push({ field: '/org_cap_gb', rule: 'required', message });
  }
  if (platformGb !== undefined && tenantId !== undefined) {
    const message = 'must not be given together with tenant_id: the platform is the same for all tenants';
    faults.push({ field: '/platform_capacity_gb', rule: 'not', message, value: platformGb });
  }
  faults.push(...findRateFaults(change));
  if ((from === undefined) !== (to === undefined)) {
    const [missing, given] = from === undefined ? ['from', 'to'] : ['to', 'from'];
    faults.push({ field: `/${missing}`, rule: 'dependentRequired', message: `must be given together with ${given}` });
  }
  return faults;
}

/** The range a change is for; undefined: all times. */
export function parseRange({ from, to }: LimitChange): IntervalRange | Refused | undefined {
  if (from === undefined || to === undefined) return undefined;
  const [fromInterval, toInterval] = [intervalOf(from), intervalOf(to)];
  if (fromInterval === undefined) return offGrid('/from', from);
  if (toInterval === undefined) return offGrid('/to', to);
  if (fromInterval < toInterval) return { fromInterval, toInterval };
  return invalidRequest({ field: '/to', rule: 'after', message: 'must be later than from', value: to });
}

function findRateFaults(change: LimitChange): readonly FieldFault[] {
  const reason = whyNoRates(change);
  if (reason === undefined) return [];
  return rateMembers
    .filter((member) => change[member] !== undefined)
    .map((member) => ({
      field: `/${member}`,
      rule: 'not',
      message: `must not be given ${reason}`,
      value: change[member],
    }));
}

function whyNoRates({ tenant_id: tenantId, from, to }: LimitChange): string | undefined {
  if (tenantId !== undefined) return 'together with tenant_id: rates are the same for all tenants';
  if (from === undefined && to === undefined) return undefined;
  return 'together with from or to: rates hold from the next interval on';
}
