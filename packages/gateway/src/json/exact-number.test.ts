import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isKeptExactly } from './exact-number.ts';

describe('a number that JavaScript keeps', () => {
  test.each([
    '0',
    '-0',
    '-0.0',
    '0e999999999999',
    '1.0',
    '1.50',
    '100',
    '1e3',
    '1E+3',
    '10e-1',
    '0.1',
    '-2.5',
    '123456789012345',
    '9007199254740991',
    '9007199254740992',
    '1546130668394913800',
    '1e21',
    '1e23',
    '0.00000000000000000001',
    '5e-324',
    '1e-320',
    '2.2250738585072014e-308',
    '1.7976931348623157e308',
    '1.7976931348623157E+308',
    `1${'0'.repeat(300)}`,
    `0.${'0'.repeat(300)}1`,
    `1.${'0'.repeat(300)}`,
    `0.${'0'.repeat(1_000)}1e1000`,
    `1${'0'.repeat(1_000)}e-1000`,
    '0.30000000000000004',
  ])('is %s', (literal) => {
    expect(isKeptExactly(literal)).toBe(true);
  });

  test.each([
    '1546130668394913822',
    '9007199254740993',
    '-9007199254740993',
    '18446744073709551616',
    '1e400',
    '-1e400',
    '1e-400',
    '0.1000000000000000055511151231257827',
    '0.30000000000000001',
    '1.0000000000000000001',
    '4.9406564584124654e-324',
    '2e-324',
    '123456789012345678901234567890',
    `1${'0'.repeat(400)}`,
    `0.${'0'.repeat(400)}1`,
    `1${'0'.repeat(300)}1`,
  ])('is not %s', (literal) => {
    expect(isKeptExactly(literal)).toBe(false);
  });

  test('is every one that JavaScript writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) =>
        isKeptExactly(JSON.stringify(number)),
      ),
    );
  });

  test('is the integer that it stands for, to the last digit', () => {
    const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    const kept = (value: bigint) => {
      const [, whole = '', fraction = '', power = '0'] =
        /^(-?\d+)(?:\.(\d+))?(?:e\+(\d+))?$/u.exec(String(Number(value))) ?? [];
      return BigInt(whole + fraction) * 10n ** BigInt(Number(power) - fraction.length);
    };
    fc.assert(fc.property(integer, (value) => isKeptExactly(String(value)) === (kept(value) === value)));
  });
});
