import { formatCredits, formatNumber } from '../../ui/format.ts';
import type { PriceLine, Prices } from './pricing.ts';

/** What a rule says, in a line. */
export function describeRule(rule: Prices): string {
  switch (rule.cost_type) {
    case 'flat':
      return `${credits(rule.flat_cost)}, however many units`;
    case 'per_unit':
      return `${credits(rule.unit_cost)} a unit`;
    case 'package':
      return `${credits(rule.package_cost)} for each ${formatNumber(rule.package_size)} units that are begun`;
    case 'tiered': {
      const ends = rule.tiers.map(({ unit_cost: cost }) => formatCredits(cost));
      const how = rule.mode === 'volume' ? 'all units in the tier that is reached' : 'each unit in its tier';
      return `${ends.join(', then ')} credits a unit, ${how}`;
    }
  }
}

/** How a line of a bill comes about: `10 × 0.05 + 7`. */
export function describeLine({ count, unitCost, flatCost }: PriceLine): string {
  const product = count === 0 ? '' : `${formatNumber(count)} × ${formatCredits(unitCost)}`;
  const once = flatCost === 0 ? '' : formatCredits(flatCost);
  return [product, once].filter(Boolean).join(' + ') || '0';
}

function credits(millicredits: number): string {
  return `${formatCredits(millicredits)} ${millicredits === 1_000 ? 'credit' : 'credits'}`;
}
