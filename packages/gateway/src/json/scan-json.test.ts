import { openapi } from '@holdfast/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { deepestNesting, mostMembers, scanJson } from './scan-json.ts';

const faultsOf = (text: string) => scanJson(text).faults.map(({ field, rule }) => `${field} ${rule}`);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const list = (length: number, item = (index: number) => String(index)) =>
  Array.from({ length }, (_, index) => item(index)).join();

describe('a JSON text', () => {
  test.each([
    '1',
    '"a"',
    '[1, 2.0, -0, 1e3]',
    '{"a": 1, "b": {"a": 1}, "c": [{"a": 1}, {"a": 1}]}',
    '{"a": "a", "": "a"}',
    '["\\ud83d\\ude00", "\u{1f600}", "\\u0041\\\\ud800", "\\\\"]',
    '{"\\ud83d\\uDE00": 1}',
    '{"a": "{\\"a\\": 1546130668394913822, \\"a\\": 2}"}',
  ])('has no faults: %s', (text) => {
    expect(scanJson(text)).toEqual({ isTooDeep: false, faults: [], text, cutAt: undefined });
  });

  test.each([
    ['{"a": 1546130668394913822}', '/a exact'],
    ['[{"a": [0, {"b/~c": 1e400}]}]', '/0/a/1/b~1~0c exact'],
    ['1e400', 'body exact'],
    ['[1,-9007199254740993]', '/1 exact'],
    ['{"a": "\\ud800"}', '/a unicode'],
    ['["x\\uDFFF\\ud800"]', '/0 unicode'],
    ['["\\ud83d\u{1f600}"]', '/0 unicode'],
    ['["\ud83d"]', '/0 unicode'],
    ['"\\udc00"', 'body unicode'],
    ['{"\\ud800": 1}', '/\ud800 unicode'],
    ['{"a": 1, "b": 2, "a": 1}', '/a uniqueNames'],
    ['[[{"a": {"x": 1}, "\\u0061": 2}]]', '/0/0/a uniqueNames'],
    ['{"__proto__": 1, "__proto__": 2}', '/__proto__ uniqueNames'],
    ['{"constructor": 1, "\\u0063onstructor": 2}', '/constructor uniqueNames'],
    [`{${list(50, (index) => `"m${index}": 1`)}, "m0": 1}`, '/m0 uniqueNames'],
  ])('has a fault: %s', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  test('is told what a number would come back as', () => {
    expect(scanJson('{"orderId": 1546130668394913822}').faults).toEqual([
      {
        field: '/orderId',
        rule: 'exact',
        message:
          'must be a number that JavaScript keeps exactly: 1546130668394913822 would come back as 1546130668394913800',
      },
    ]);
    expect(scanJson(`[1${'0'.repeat(100_000)}]`).faults[0]?.message).toMatch(
      /^.{60,160} is beyond the range of a double$/u,
    );
  });

  test('has 21 faults at most, so that an answer with 20 of them can say that there are more', () => {
    expect(faultsOf(`[${list(1_000, () => '1e400')}]`)).toHaveLength(21);
  });

  test.each([
    [nested(deepestNesting), false],
    [nested(deepestNesting + 1), true],
    [`{"a":"${'['.repeat(1_000)}"}`, false],
    ['['.repeat(1_000_000), true],
    [`[${'[],'.repeat(1_000)}[]]`, false],
  ])('may nest 64 deep: %j', (text, isTooDeep) => {
    expect(scanJson(text).isTooDeep).toBe(isTooDeep);
  });

  test('is read with so much of each list and object, whatever comes after them', () => {
    const tooMany = list(mostMembers + 10, (index) => `{"]}": [${index}, "\\"]"]}`);
    const members = list(mostMembers + 10, (index) => `"${index}": 1`);
    const scan = scanJson(`{"a": [${tooMany}], "b": [${list(mostMembers)}], "c": {${members}}, "d": 1}`);
    expect(scan).toMatchObject({ faults: [], cutAt: '/a' });
    const { a, b, c, d } = JSON.parse(scan.text) as Record<string, object>;
    expect([a, b, c].map((members) => Object.keys(members ?? {}).length)).toEqual([
      mostMembers,
      mostMembers,
      mostMembers,
    ]);
    expect(d).toBe(1);
    expect(scanJson(`[${list(mostMembers + 1)}]`).cutAt).toBe('body');
  });

  test('may have lists as long as any of the contract', () => {
    const limits = [...JSON.stringify(openapi).matchAll(/"maxItems":(\d+)/gu)].map(([, limit]) => Number(limit));
    expect(Math.max(...limits)).toBeGreaterThan(1_000);
    expect(Math.max(...limits)).toBeLessThan(mostMembers);
  });

  test('of any kind that JavaScript writes has no faults', () => {
    const withoutLoneSurrogates = fc.json({ stringUnit: 'grapheme' });
    fc.assert(
      fc.property(withoutLoneSurrogates, (text) => scanJson(text).faults.length === 0 && scanJson(text).text === text),
    );
  });

  test('may be no JSON at all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\\u', 'd800', '1', '-', 'e', '.')),
        (parts) => {
          const scan = scanJson(parts.join(''));
          return scan.cutAt === undefined && scan.text === parts.join('');
        },
      ),
    );
  });
});
