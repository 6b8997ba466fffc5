import { openapi } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import { findMetadataFaults, metadataNamePattern } from './metadata-input.ts';

const faultsOf = (json: string) =>
  findMetadataFaults(JSON.parse(json) as object, '/metadata').map(({ field, rule }) => `${field} ${rule}`);

describe('metadata', () => {
  test('has the rule for names that the contract has', () => {
    const { components } = openapi as { components: { schemas: { Metadata: { propertyNames: unknown } } } };
    expect(components.schemas.Metadata.propertyNames).toEqual({
      type: 'string',
      minLength: 1,
      maxLength: 256,
      pattern: metadataNamePattern,
    });
  });

  test.each(['{}', '{"a":{"b":[{"c":1}],"ü😀":null}}', `{"a":{"${'😀'.repeat(256)}":1}}`])('may be %s', (json) => {
    expect(faultsOf(json)).toEqual([]);
  });

  test.each([
    ['{"a":{"$where":1}}', '/metadata/a/$where pattern'],
    ['{"a":{"b.c":1}}', '/metadata/a/b.c pattern'],
    ['{"a":[0,{"__proto__":1}]}', '/metadata/a/1/__proto__ pattern'],
    ['{"a":{"b":{"constructor":1}}}', '/metadata/a/b/constructor pattern'],
    ['{"a":[[{"x/~":{"prototype":1}}]]}', '/metadata/a/0/0/x~1~0/prototype pattern'],
    ['{"a":{"\\u0000":1}}', '/metadata/a/\0 pattern'],
    ['{"a":{"":1}}', '/metadata/a/ minLength'],
    [`{"a":{"${'n'.repeat(257)}":1}}`, `/metadata/a/${'n'.repeat(257)} maxLength`],
  ])('has no names at any depth that are forbidden at the top: %s', (json, fault) => {
    expect(faultsOf(json)).toEqual([fault]);
  });

  test('is told of 21 names at most', () => {
    const members = Array.from({ length: 400 }, (_, index) => `"$${index}":1`).join();
    expect(faultsOf(`{"a":{${members}}}`)).toHaveLength(21);
  });

  test('that is too long is not gone through', () => {
    expect(faultsOf(`{"a":{"$":"${'x'.repeat(4_096)}"}}`)).toEqual(['/metadata maxBytes']);
  });
});
