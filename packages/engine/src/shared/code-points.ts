/**
 * Order of strings by code point, which is the order of their UTF-8 bytes and so that of every database.
 * JavaScript's own `<` compares UTF-16 units and puts U+1F600 before U+FFFD.
 */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Moves the surrogates, which stand for code points above all others, behind the other units. */
function rank(unit: number): number {
  if (unit < 0xd8_00) return unit;
  return unit < 0xe0_00 ? unit + 0x20_00 : unit - 0x8_00;
}

/** The first string after all that begin with `prefix`; undefined if there is none. */
export function endOfPrefix(prefix: string): string | undefined {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (codePoints.length > 0) {
    const last = codePoints.pop() ?? 0;
    if (last < 0x10_ff_ff) return String.fromCodePoint(...codePoints, last === 0xd7_ff ? 0xe0_00 : last + 1);
  }
  return undefined;
}
