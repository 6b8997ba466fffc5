/** What units of a metric cost, in millicredits. Costs are integers of at least 0. */
export type PriceTable =
  | { readonly costType: 'flat'; readonly flatCost: number }
  | { readonly costType: 'per_unit'; readonly unitCost: number }
  | { readonly costType: 'tiered'; readonly mode: 'graduated' | 'volume'; readonly tiers: readonly Tier[] }
  | { readonly costType: 'package'; readonly packageSize: number; readonly packageCost: number };

/** Prices of the units after the previous tier. Tiers rise, and only the last has no end. */
export interface Tier {
  /** The last unit of the tier, counted from 1; null: no end. */
  readonly upTo: number | null;
  readonly unitCost: number;
  /** A flat cost for entering the tier. */
  readonly flatCost: number;
}

const most = Number.MAX_SAFE_INTEGER;

/**
 * The price of that many units; undefined above 2^53 - 1. Zero units cost nothing, whatever the type.
 *
 * Doubles are exact here: a product or sum of integers up to 2^53 - 1 is exact, and a larger one stays larger when
 * rounded.
 */
export function priceOf(prices: PriceTable, units: number): number | undefined {
  if (units === 0) return 0;
  switch (prices.costType) {
    case 'flat':
      return prices.flatCost;
    case 'per_unit':
      return ifSafe(prices.unitCost * units);
    case 'package':
      return ifSafe(prices.packageCost * packagesFor(units, prices.packageSize));
    case 'tiered':
      return prices.mode === 'volume' ? volumePrice(prices.tiers, units) : graduatedPrice(prices.tiers, units);
  }
}

/** The most units whose price is at most `budget`. */
export function affordableUnits(prices: PriceTable, budget: number): number {
  if (budget < 0) return 0;
  switch (prices.costType) {
    case 'flat':
      return prices.flatCost <= budget ? most : 0;
    case 'per_unit':
      return unitsFor(budget, prices.unitCost);
    case 'package':
      return Math.min(most, unitsFor(budget, prices.packageCost) * prices.packageSize);
    case 'tiered':
      return prices.mode === 'volume'
        ? affordableVolume(prices.tiers, budget)
        : affordableGraduated(prices.tiers, budget);
  }
}

function ifSafe(amount: number): number | undefined {
  return amount <= most ? amount : undefined;
}

/** Without floating-point division, which is inexact near 2^53. */
function packagesFor(units: number, size: number): number {
  const rest = units % size;
  return (units - rest) / size + (rest === 0 ? 0 : 1);
}

function unitsFor(budget: number, unitCost: number): number {
  return unitCost === 0 ? most : (budget - (budget % unitCost)) / unitCost;
}

function endOf(tier: Tier): number {
  return tier.upTo ?? most;
}

/** All units at the price of the tier that the last one is in. */
function volumePrice(tiers: readonly Tier[], units: number): number | undefined {
  const tier = tiers.find((each) => units <= endOf(each));
  return tier && ifSafe(tier.unitCost * units + tier.flatCost);
}

/** Each unit at the price of its own tier. */
function graduatedPrice(tiers: readonly Tier[], units: number): number | undefined {
  let price = 0;
  let before = 0;
  for (const tier of tiers) {
    const inTier = Math.min(units, endOf(tier)) - before;
    price += tier.unitCost * inTier + tier.flatCost;
    if (price > most) return undefined;
    if (units <= endOf(tier)) return price;
    before = endOf(tier);
  }
  return undefined;
}

/** A later tier may be cheaper, so the last affordable one counts. */
function affordableVolume(tiers: readonly Tier[], budget: number): number {
  for (const [index, tier] of [...tiers.entries()].reverse()) {
    const before = index === 0 ? 0 : endOf(tiers[index - 1] as Tier);
    if (tier.flatCost > budget) continue;
    const units = Math.min(endOf(tier), unitsFor(budget - tier.flatCost, tier.unitCost));
    if (units > before) return units;
  }
  return 0;
}

function affordableGraduated(tiers: readonly Tier[], budget: number): number {
  let rest = budget;
  let before = 0;
  for (const tier of tiers) {
    if (tier.flatCost > rest) return before;
    rest -= tier.flatCost;
    const inTier = endOf(tier) - before;
    const units = unitsFor(rest, tier.unitCost);
    if (units < inTier) return before + units;
    rest -= tier.unitCost * inTier;
    before = endOf(tier);
  }
  return before;
}
