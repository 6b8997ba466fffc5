/** With this many digits or fewer, a decimal of ordinary size round-trips through a double. */
const surelyKeptDigits = 15;

/**
 * Whether a number in JSON text keeps its value in JavaScript: `1.0` does, as `1`, but `1546130668394913822` becomes
 * `1546130668394913800`, and `1e400` is none at all. `-0` is 0.
 */
export function isKeptExactly(literal: string): boolean {
  if (literal.length <= surelyKeptDigits && !literal.includes('e') && !literal.includes('E')) return true;
  const number = Number(literal);
  if (!Number.isFinite(number)) return false;
  const kept = String(number);
  return literal === kept || toDecimal(literal) === toDecimal(kept);
}

/** A canonical form: the digits without leading and trailing zeros, and the position of the point. */
function toDecimal(text: string): string {
  const sign = text.startsWith('-') ? '-' : '';
  const power = Math.max(text.indexOf('e'), text.indexOf('E'));
  const mantissa = text.slice(sign.length, power === -1 ? undefined : power);
  const point = mantissa.indexOf('.');
  const digits = point === -1 ? mantissa : mantissa.slice(0, point) + mantissa.slice(point + 1);
  let first = 0;
  while (first < digits.length && digits.charCodeAt(first) === 0x30) first += 1;
  // Not a regular expression: on a million zeros it would be quadratic.
  let end = digits.length;
  while (end > first && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  if (first === end) return '0';
  const exponent =
    (point === -1 ? mantissa.length : point) - first + (power === -1 ? 0 : Number(text.slice(power + 1)));
  return `${sign}${digits.slice(first, end)}e${exponent}`;
}
