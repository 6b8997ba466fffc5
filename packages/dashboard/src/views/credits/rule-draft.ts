import type { CreateMeteringRuleRequest } from '@holdfast/sdk';

import { parseCredits, parseUnits } from './amounts.ts';

export type CostType = CreateMeteringRuleRequest['cost_type'];
type TieredMode = 'graduated' | 'volume';

/** A tier as it is typed. The last one has no end, whatever its field says. */
export interface TierDraft {
  readonly upTo: string;
  readonly unitCost: string;
  readonly flatCost: string;
}

/** A rule as it is typed: the fields of all cost types, so that none is lost when another type is looked at. */
export interface RuleDraft {
  readonly costType: CostType;
  readonly flatCost: string;
  readonly unitCost: string;
  readonly packageSize: string;
  readonly packageCost: string;
  readonly mode: TieredMode;
  readonly tiers: readonly TierDraft[];
}

export const emptyDraft: RuleDraft = {
  costType: 'per_unit',
  flatCost: '1',
  unitCost: '1',
  packageSize: '100',
  packageCost: '1',
  mode: 'graduated',
  tiers: [
    { upTo: '1,000', unitCost: '1', flatCost: '0' },
    { upTo: '', unitCost: '0.5', flatCost: '0' },
  ],
};

/** A draft as a request, or what is wrong with it. */
export type ReadDraft =
  | { readonly rule: CreateMeteringRuleRequest; readonly fault?: never }
  | { readonly fault: string; readonly rule?: never };

/** Amounts are typed in credits. */
export function readDraft(draft: RuleDraft, metricKey: string): ReadDraft {
  const named = { billable_metric_key: metricKey };
  switch (draft.costType) {
    case 'flat': {
      const cost = costOf(draft.flatCost);
      return cost === undefined ? badCost : { rule: { ...named, cost_type: 'flat', flat_cost: cost } };
    }
    case 'per_unit': {
      const cost = costOf(draft.unitCost);
      return cost === undefined ? badCost : { rule: { ...named, cost_type: 'per_unit', unit_cost: cost } };
    }
    case 'package': {
      const size = parseUnits(draft.packageSize);
      const cost = costOf(draft.packageCost);
      if (!size) return { fault: 'A package has at least one unit.' };
      if (cost === undefined) return badCost;
      return { rule: { ...named, cost_type: 'package', package_size: size, package_cost: cost } };
    }
    case 'tiered': {
      const tiers = readTiers(draft.tiers);
      if ('fault' in tiers) return tiers;
      return { rule: { ...named, cost_type: 'tiered', mode: draft.mode, tiers } };
    }
  }
}

type Tiers = Extract<CreateMeteringRuleRequest, { readonly cost_type: 'tiered' }>['tiers'];

const badCost = { fault: 'A cost is a number of credits, 0 or more, with at most three decimals.' };

function readTiers(drafts: readonly TierDraft[]): Tiers | { readonly fault: string } {
  const tiers: Tiers = [];
  for (const [index, draft] of drafts.entries()) {
    const upTo = index === drafts.length - 1 ? null : parseUnits(draft.upTo);
    const [unitCost, flatCost] = [costOf(draft.unitCost), costOf(draft.flatCost)];
    const before = tiers.at(-1)?.up_to ?? 0;
    if (upTo === undefined || (upTo !== null && upTo <= before)) {
      return { fault: `Tier ${index + 1} must end with a whole number of units greater than ${before}.` };
    }
    if (unitCost === undefined || flatCost === undefined) return badCost;
    tiers.push({ up_to: upTo, unit_cost: unitCost, flat_cost: flatCost });
  }
  return tiers;
}

function costOf(text: string): number | undefined {
  const cost = parseCredits(text);
  return cost !== undefined && cost >= 0 ? cost : undefined;
}
