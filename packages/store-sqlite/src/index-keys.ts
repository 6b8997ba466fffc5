import type { IndexValue, RangeQuery, RecordValue } from '@holdfast/engine/store';

/**
 * An index's entries are ordered by one text: each field's value with a terminator, then the record's id as it is. The
 * terminator sorts before every character that is left in a value, so that texts compare as their components do, and
 * it can be read in SQLite's shell. Strings of UTF-8 compare by code point.
 */
const terminator = '\u0001';
const afterTerminator = '\u0002';

/** Sorts before every id, and can't be in one. */
const leastCharacter = '\u0000';

const reserved = [afterTerminator, terminator, leastCharacter];

/** Digits before the decimal point of the largest number that is exact. */
const wholeDigits = 16;
/** Enough for every digit of a fraction that a program uses. */
const fractionDigits = 100;

/** The key of a record's entry; undefined if it isn't in the index. */
export function entryKey(fields: readonly string[], value: RecordValue, id: string): string | undefined {
  let key = '';
  for (const field of fields) {
    const component = value[field];
    if (!isIndexed(component)) return undefined;
    key += encode(component) + terminator;
  }
  return key + id;
}

/** The keys of a range: from the higher of two on, up to the lower of two. */
export interface KeyBounds {
  readonly from: readonly [string, string];
  readonly to: readonly [KeyBound, KeyBound];
}

/** SQLite orders blobs after all text. */
type KeyBound = string | Uint8Array;
const afterAllKeys = new Uint8Array();

export function keyBounds(query: RangeQuery, fields: readonly string[]): KeyBounds {
  const { equals = [], from, to, after, descending = false } = query;
  const encodeAt = (component: IndexValue, at: number) => (at < fields.length ? encode(component) : String(component));
  const join = (components: readonly IndexValue[], at: number) =>
    components.map((component, index) => encodeAt(component, at + index) + terminatorAt(at + index, fields)).join('');
  const prefix = join(equals, 0);
  const position = after && prefix + join(after, equals.length);
  return {
    from: [
      from === undefined ? prefix : prefix + encodeAt(from, equals.length),
      position !== undefined && !descending ? position + leastCharacter : '',
    ],
    to: [
      to === undefined ? endOf(prefix, equals.length > fields.length) : prefix + encodeAt(to, equals.length),
      position !== undefined && descending ? position : afterAllKeys,
    ],
  };
}

function terminatorAt(at: number, fields: readonly string[]): string {
  return at < fields.length ? terminator : '';
}

/** What sorts after all keys that begin with some values, each with its terminator, or after this one key. */
function endOf(prefix: string, isWholeKey: boolean): KeyBound {
  if (isWholeKey) return prefix + leastCharacter;
  return prefix === '' ? afterAllKeys : prefix.slice(0, -1) + afterTerminator;
}

function isIndexed(component: unknown): component is IndexValue {
  return typeof component === 'string' || (typeof component === 'number' && Number.isFinite(component));
}

function encode(component: IndexValue): string {
  if (typeof component === 'number') return encodeNumber(component);
  if (!reserved.some((character) => component.includes(character))) return component;
  return reserved.reduce(
    (text, character) => text.replaceAll(character, afterTerminator + String(character.charCodeAt(0))),
    component,
  );
}

/** Of negative numbers each digit is its complement, and the end sorts after a further digit. */
function encodeNumber(number: number): string {
  const digits = encodeSize(Math.abs(number));
  if (number >= 0) return digits;
  return `-${digits.replace(/\d/gu, (digit) => String(9 - Number(digit)))}~`;
}

function encodeSize(size: number): string {
  if (Number.isSafeInteger(size)) return String(size).padStart(wholeDigits, '0');
  if (size > Number.MAX_SAFE_INTEGER) throw new RangeError(`${size} is too large for an index.`);
  const [whole = '', fraction = ''] = size.toFixed(fractionDigits).split('.');
  return `${whole.padStart(wholeDigits, '0')}.${fraction.replace(/0+$/u, '')}`;
}
