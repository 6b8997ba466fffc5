import type { FurtherFault } from './family.ts';

/**
 * What is wrong with metadata although its schema has nothing against it.
 *
 * @param item - Pointer to what the metadata belongs to.
 * @param spoil - The valid body with this metadata in that place.
 */
export function metadataFaults(
  operationId: string,
  item: string,
  spoil: (body: unknown, metadata: string) => unknown,
): readonly FurtherFault[] {
  return faults.map(([reason, rule, json]) => ({
    operationId,
    reason,
    field: `${item}/metadata`,
    rule,
    toJson: (valid) => JSON.stringify(spoil(valid, placeholder)).replace(JSON.stringify(placeholder), () => json),
  }));
}

const faults: readonly [reason: string, rule: string, json: string][] = [
  ['has more than 4 KiB in UTF-8', 'maxBytes', `{"text": "${'é'.repeat(2_043)}"}`],
  ['has 100,000 members', 'maxBytes', `{${Array.from({ length: 100_000 }, (_, index) => `"${index}":1`).join()}}`],
  ['holds 1e400', 'maximum', '{"a": [{"b": 1e400}]}'],
  ['holds -1e400', 'maximum', '{"a": -1e400}'],
];

const placeholder = 'here goes what JavaScript can not hold';
