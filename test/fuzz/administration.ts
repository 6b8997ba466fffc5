import type { Family, KnownThings, RuleBeyondSchema } from './family.ts';
import { rangesAhead, timeForm } from './grid-times.ts';

const rules: readonly (readonly [field: string, rule: string, reason: string])[] = [
  ['/org_cap_gb', 'required', 'A limit or a rate is needed; as a schema, that would give muddled faults.'],
  ['/platform_capacity_gb', 'not', 'The platform’s capacity belongs to no tenant.'],
  ['/(?:reserved|on_demand)_micros_per_gb_hour', 'not', 'Rates are of no tenant and no range.'],
  [
    '/(?:platform_capacity_gb|org_cap_gb|reserved_micros_per_gb_hour)',
    'maximum',
    'They go together: their product must stay exact.',
  ],
  ['/on_demand_micros_per_gb_hour', 'maximum', 'What it could come to must stay exact.'],
  ['/reserved_micros_per_gb_hour', 'maxItems', 'So many changes of rates are kept at most.'],
  ['/(?:from|to)', 'dependentRequired', '`from` and `to` are there together, or not at all.'],
  ['/(?:from|to)', 'grid', 'JSON Schema knows times, but no grid of them.'],
  ['/to', 'after', '`to` must be later than `from`.'],
  ['/from', 'maxItems', 'A limit is made of so many ranges at most.'],
];

export const administration: Family = {
  rulesBeyondSchema: rules.map(([field, rule, reason]): RuleBeyondSchema => {
    return { operationIds: ['updateCapacityLimits'], field, rule, reason };
  }),
  stateStatuses: [],
  plant: async (): Promise<readonly KnownThings[]> => [
    {
      operationIds: ['updateCapacityLimits'],
      forms: { from: timeForm, to: timeForm },
      isWhole: true,
      things: rangesAhead(),
    },
  ],
};
