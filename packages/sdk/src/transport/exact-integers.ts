import { UnsafeIntegerError } from '../errors/unsafe-integer-error.ts';

/**
 * Parses an answer. Rounding keeps a literal beyond 2^53 - 1 beyond it, so that it can be told by the number alone.
 */
export function parseExactly(text: string): unknown {
  const answer: unknown = JSON.parse(text);
  const path = findNumber(answer, (number) => Math.abs(number) > Number.MAX_SAFE_INTEGER);
  if (path !== undefined) throw new UnsafeIntegerError(path, text);
  return answer;
}

/** @throws RangeError that names the first number which is no safe integer. */
export function checkIntegers(request: object): void {
  const path = findNumber(request, (number) => !Number.isSafeInteger(number));
  if (path !== undefined) throw new RangeError(`${path} must be an integer from -(2^53 - 1) to 2^53 - 1.`);
}

/**
 * A request as JSON, wherever its numbers are.
 *
 * @throws RangeError that names the member whose number JSON has no word for: a `bigint`, `NaN` or an infinity.
 */
export function toExactJson(request: unknown): string {
  return JSON.stringify(request, (name, value: unknown) => {
    if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) {
      throw new RangeError(`${name} is ${value}, which JSON has no number for; send it as text.`);
    }
    return value;
  });
}

/** The JSON pointer to a number that is wrong. What users keep in `metadata` is their own affair. */
function findNumber(value: unknown, isWrong: (number: number) => boolean, path = ''): string | undefined {
  if (typeof value === 'number') return isWrong(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = name === 'metadata' ? undefined : findNumber(member, isWrong, `${path}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
