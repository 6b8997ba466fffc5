import { expect, test } from 'vitest';

import { emptyDraft, readDraft } from './rule-draft.ts';
import type { RuleDraft } from './rule-draft.ts';

const draft = (changes: Partial<RuleDraft>) => readDraft({ ...emptyDraft, ...changes }, 'image');
const tier = (upTo: string, unitCost: string, flatCost = '0') => ({ upTo, unitCost, flatCost });

test('credits become millicredits, by cost type', () => {
  expect(draft({ costType: 'flat', flatCost: '25' }).rule).toEqual({
    billable_metric_key: 'image',
    cost_type: 'flat',
    flat_cost: 25_000,
  });
  expect(draft({ costType: 'per_unit', unitCost: '0.002' }).rule).toMatchObject({ unit_cost: 2 });
  expect(draft({ costType: 'package', packageSize: '1,000', packageCost: '3' }).rule).toMatchObject({
    package_size: 1_000,
    package_cost: 3_000,
  });
});

test('the last tier has no end, whatever was typed when it was not the last', () => {
  expect(draft({ costType: 'tiered', tiers: [tier('10', '1'), tier('20', '0.5', '7')] }).rule).toMatchObject({
    mode: 'graduated',
    tiers: [
      { up_to: 10, unit_cost: 1_000, flat_cost: 0 },
      { up_to: null, unit_cost: 500, flat_cost: 7_000 },
    ],
  });
});

test.each<[string, Partial<RuleDraft>]>([
  ['a number of credits', { costType: 'flat', flatCost: '' }],
  ['0 or more', { costType: 'per_unit', unitCost: '-1' }],
  ['at least one unit', { costType: 'package', packageSize: '0' }],
  ['Tier 2 must end', { costType: 'tiered', tiers: [tier('10', '1'), tier('10', '1'), tier('', '1')] }],
  ['Tier 1 must end', { costType: 'tiered', tiers: [tier('', '1'), tier('', '1')] }],
])('says what is wrong: %s', (fault, changes) => {
  expect(draft(changes).fault).toContain(fault);
});
