import type { Rule, Tier } from './command.ts';

/** What so many units cost together. It goes over tiers from the end, and knows no greatest number. */
export function price(rule: Rule, units: bigint): bigint {
  if (units === 0n) return 0n;
  switch (rule.cost_type) {
    case 'flat':
      return BigInt(rule.flat_cost);
    case 'per_unit':
      return units * BigInt(rule.unit_cost);
    case 'package':
      return (units / size(rule) + (units % size(rule) > 0n ? 1n : 0n)) * BigInt(rule.package_cost);
    case 'tiered':
      return rule.mode === 'volume' ? priceByVolume(rule.tiers, units) : priceGraduated(rule.tiers, units);
  }
}

function size(rule: Rule & { cost_type: 'package' }): bigint {
  return BigInt(rule.package_size);
}

/** Tier after tier from the last one, each with the units above the one before it. */
function priceGraduated(tiers: readonly Tier[], units: bigint): bigint {
  let total = 0n;
  let left = units;
  for (let index = tiers.length - 1; index >= 0; index -= 1) {
    const below = index === 0 ? 0n : BigInt(tiers[index - 1]?.up_to ?? 0);
    if (left <= below) continue;
    total += cost(tiers[index]!, left - below);
    left = below;
  }
  return total;
}

function priceByVolume(tiers: readonly Tier[], units: bigint): bigint {
  let reached = tiers.at(-1)!;
  for (let index = tiers.length - 1; index >= 0; index -= 1) {
    const { up_to } = tiers[index]!;
    if (up_to === null || units <= BigInt(up_to)) reached = tiers[index]!;
  }
  return cost(reached, units);
}

function cost(tier: Tier, units: bigint): bigint {
  return BigInt(tier.flat_cost ?? 0) + units * BigInt(tier.unit_cost);
}
