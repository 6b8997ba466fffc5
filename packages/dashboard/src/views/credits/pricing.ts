import type { CreateMeteringRuleRequest, MeteringRule } from '@holdfast/sdk';

/** What a rule says of prices, be it one that there is or one that is being written. */
export type Prices = MeteringRule | CreateMeteringRuleRequest;

/** A line of a bill: so many units, or packages, at a price each, with what is charged once. */
export interface PriceLine {
  /** The first and the last unit that it is for. */
  readonly fromUnit: number;
  readonly toUnit: number;
  /** What is multiplied: units, or packages. */
  readonly count: number;
  readonly unitCost: number;
  readonly flatCost: number;
  readonly cost: number;
}

/**
 * The bill for so many units, as the server would write it; undefined where it would refuse it as beyond 2^53 − 1
 * millicredits. No units cost nothing, whatever the rule.
 */
export function billFor(prices: Prices, units: number): readonly PriceLine[] | undefined {
  const lines = units === 0 ? [] : linesFor(prices, units);
  return Number.isSafeInteger(totalOf(lines)) ? lines : undefined;
}

export function totalOf(lines: readonly PriceLine[]): number {
  return lines.reduce((sum, { cost }) => sum + cost, 0);
}

function linesFor(prices: Prices, units: number): readonly PriceLine[] {
  const all = { fromUnit: 1, toUnit: units };
  switch (prices.cost_type) {
    case 'flat':
      return [toLine({ ...all, count: 0, unitCost: 0, flatCost: prices.flat_cost })];
    case 'per_unit':
      return [toLine({ ...all, count: units, unitCost: prices.unit_cost, flatCost: 0 })];
    case 'package': {
      const rest = units % prices.package_size;
      const count = (units - rest) / prices.package_size + (rest === 0 ? 0 : 1);
      return [toLine({ ...all, count, unitCost: prices.package_cost, flatCost: 0 })];
    }
    case 'tiered':
      return prices.mode === 'volume' ? volumeLines(prices.tiers, units) : graduatedLines(prices.tiers, units);
  }
}

type Tiers = Extract<Prices, { readonly cost_type: 'tiered' }>['tiers'];

/** All units at the price of the tier that the last one is in. */
function volumeLines(tiers: Tiers, units: number): readonly PriceLine[] {
  const tier = tiers.find(({ up_to: upTo }) => upTo === null || units <= upTo);
  if (tier === undefined) return [];
  const { unit_cost: unitCost, flat_cost: flatCost = 0 } = tier;
  return [toLine({ fromUnit: 1, toUnit: units, count: units, unitCost, flatCost })];
}

/** Each unit at the price of its own tier. */
function graduatedLines(tiers: Tiers, units: number): readonly PriceLine[] {
  const lines: PriceLine[] = [];
  let before = 0;
  for (const { up_to: upTo, unit_cost: unitCost, flat_cost: flatCost = 0 } of tiers) {
    if (units <= before) break;
    const toUnit = Math.min(units, upTo ?? units);
    lines.push(toLine({ fromUnit: before + 1, toUnit, count: toUnit - before, unitCost, flatCost }));
    before = toUnit;
  }
  return lines;
}

function toLine(line: Omit<PriceLine, 'cost'>): PriceLine {
  return { ...line, cost: line.count * line.unitCost + line.flatCost };
}
