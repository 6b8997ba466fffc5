import type { Body } from '../../operation.ts';
import type { FieldFault } from '../../shared/outcomes.ts';
import type { PriceTable } from './pricing.ts';

/** The prices that a body states. */
export function toPrices(body: Body<'createMeteringRule'>): PriceTable {
  switch (body.cost_type) {
    case 'flat':
      return { costType: body.cost_type, flatCost: body.flat_cost };
    case 'per_unit':
      return { costType: body.cost_type, unitCost: body.unit_cost };
    case 'package':
      return { costType: body.cost_type, packageSize: body.package_size, packageCost: body.package_cost };
    case 'tiered': {
      const tiers = body.tiers.map((tier) => {
        return { upTo: tier.up_to, unitCost: tier.unit_cost, flatCost: tier.flat_cost ?? 0 };
      });
      return { costType: body.cost_type, mode: body.mode, tiers };
    }
  }
}

/** Faults of tiers that the schema can't express: they must rise, and only the last has no end. */
export function findTierFaults(body: Body<'createMeteringRule'>): readonly FieldFault[] {
  if (body.cost_type !== 'tiered') return [];
  const ends = body.tiers.map((tier) => tier.up_to);
  return ends.flatMap((end, index) => {
    const field = `/tiers/${index}/up_to`;
    if (index === ends.length - 1) {
      return end === null ? [] : [{ field, rule: 'const', message: 'must be null in the last tier, which has no end' }];
    }
    if (end === null) return [{ field, rule: 'type', message: 'must be null in the last tier only' }];
    const before = ends[index - 1] ?? 0;
    return end > before
      ? []
      : [{ field, rule: 'exclusiveMinimum', message: `must be greater than ${before}, where the tier before ends` }];
  });
}
