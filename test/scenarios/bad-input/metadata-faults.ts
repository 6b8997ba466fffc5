import type { FurtherFault } from './family.ts';

/**
 * What is wrong with metadata although its schema has nothing against it.
 *
 * @param item - Pointer to what the metadata belongs to.
 * @param withMetadata - The valid body with this metadata in that place.
 */
export function metadataFaults(
  operationId: string,
  item: string,
  withMetadata: (body: unknown, metadata: string) => unknown,
): readonly FurtherFault[] {
  return faults.map(([reason, at, rule, json]) => ({
    operationId,
    reason,
    field: `${item}/metadata${at}`,
    rule,
    toJson: (valid) =>
      JSON.stringify(withMetadata(valid, placeholder)).replace(JSON.stringify(placeholder), () => json),
  }));
}

const faults: readonly [reason: string, at: string, rule: string, json: string][] = [
  ['has more than 4 KiB in UTF-8', '', 'maxBytes', `{"text": "${'é'.repeat(2_043)}"}`],
  ['has more than 4 KiB, and a name that is not allowed', '', 'maxBytes', `{"a": {"$b": "${'x'.repeat(4_090)}"}}`],
  ['has 100,000 members', '', 'maxBytes', `{${Array.from({ length: 100_000 }, (_, index) => `"${index}":1`).join()}}`],
  ['holds a list of 100,000 items', '/a', 'maxBytes', `{"a": [${Array(100_000).fill('1').join()}]}`],
  ['holds 1e400', '/a/0/b', 'exact', '{"a": [{"b": 1e400}]}'],
  ['holds -1e400', '/a', 'exact', '{"a": -1e400}'],
  ['holds 1e-400', '/a', 'exact', '{"a": 1e-400}'],
  ['holds an id of 19 digits', '/orderId', 'exact', '{"orderId": 1546130668394913822}'],
  ['holds 2^53 + 1', '/a/1', 'exact', '{"a": [1, 9007199254740993]}'],
  ['holds a fraction of too many digits', '/a', 'exact', '{"a": 0.1000000000000000055511151231257827}'],
  ['holds half a surrogate pair', '/a', 'unicode', '{"a": "\\ud800"}'],
  ['holds the other half, deep within', '/a/0/b/c', 'unicode', '{"a": [{"b": {"c": "x\\udc00y"}}]}'],
  ['holds a name of half a surrogate pair', '/a/\ud800', 'unicode', '{"a": {"\\ud800": 1}}'],
  ['has a member twice', '/a', 'uniqueNames', '{"a": 1, "b": 2, "a": 1}'],
  ['has a member twice, written in two ways, deep within', '/a/0/b', 'uniqueNames', '{"a": [{"b": 1, "\\u0062": 1}]}'],
  ...['$where', 'b.c', '__proto__', 'constructor', 'prototype', 'b\u0000'].map(
    (name): [string, string, string, string] => {
      return [
        `holds the name ${JSON.stringify(name)} deep within`,
        `/a/0/b/${name}`,
        'pattern',
        `{"a": [{"b": {${JSON.stringify(name)}: 1}}]}`,
      ];
    },
  ),
  ['holds a name that is empty', '/a/', 'minLength', '{"a": {"": 1}}'],
  ['holds a name of 257 characters', `/a/${'n'.repeat(257)}`, 'maxLength', `{"a": {"${'n'.repeat(257)}": 1}}`],
];

const placeholder = 'here goes what JavaScript can not hold';
