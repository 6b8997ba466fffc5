import type { OperationId } from '@holdfast/contract';

import type { RuleBeyondSchema } from './family.ts';

/**
 * What metadata can break although its schema allows it.
 *
 * @param place - A regular expression for what comes before `/metadata` in a field.
 */
export function metadataRules(operationIds: readonly OperationId[], place = ''): readonly RuleBeyondSchema[] {
  return rules.map(({ at, ...rule }) => ({ ...rule, operationIds, field: `${place}/metadata${at}` }));
}

const rules = [
  { rule: 'maxBytes', at: '', reason: 'Metadata is limited by its length as JSON.' },
  {
    rule: 'exact',
    at: '/[\\s\\S]+',
    reason: 'A number in metadata must be one that a double keeps as it was written.',
  },
  ...['pattern', 'minLength', 'maxLength'].map((rule) => {
    return {
      rule,
      at: '/[\\s\\S]+/[\\s\\S]*',
      reason: 'The rules for names hold at every depth; the schema has them for the outermost.',
    };
  }),
];
