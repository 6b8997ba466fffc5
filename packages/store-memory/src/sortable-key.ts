import type { IndexValue } from '@holdfast/engine/store';

/** Between the components of a key: less than whatever a component is made of. */
const separator = '\u0000';

/** A place behind all keys that start with what precedes this. */
const behind = '\u0001';

/** A place behind all keys: no well-formed text, as it is kept here, begins with that. */
const behindAll = '\uffff';

const mayNeedMoving = /[^ -\ud7ff]/;
const eachToMove = /[^ -\ud7ff]/g;

/**
 * Strings are to order by code point, but JavaScript's `<` compares UTF-16 units, which puts U+1F600 (two surrogates)
 * before U+FFFD. Moving the surrogates behind all other units makes `<` right, and keeps it as fast as it is: nearly
 * all strings are returned as they are. The two units that keys are put together with get another one in front.
 */
export function toSortable(text: string): string {
  if (!mayNeedMoving.test(text)) return text;
  return text.replace(eachToMove, (character) => {
    const unit = character.charCodeAt(0);
    if (unit <= 1) return `\u0001${unit === 0 ? '\u0001' : '\u0002'}`;
    if (unit < 0xd8_00) return character;
    return String.fromCharCode(unit < 0xe0_00 ? unit + 0x20_00 : unit - 0x8_00);
  });
}

const bytes = new DataView(new ArrayBuffer(8));

/** Text of eight characters that orders as numbers do: the sign is flipped, and all of it where it is negative. */
function numberToSortable(value: number): string {
  bytes.setFloat64(0, value + 0); // -0 is 0.
  const high = bytes.getUint32(0);
  bytes.setUint32(0, high >= 0x80_00_00_00 ? ~high : high ^ 0x80_00_00_00);
  if (high >= 0x80_00_00_00) bytes.setUint32(4, ~bytes.getUint32(4));
  return String.fromCharCode(
    bytes.getUint8(0),
    bytes.getUint8(1),
    bytes.getUint8(2),
    bytes.getUint8(3),
    bytes.getUint8(4),
    bytes.getUint8(5),
    bytes.getUint8(6),
    bytes.getUint8(7),
  );
}

/** One string for several components, which orders as they do, the first one first. */
export function toSortableKey(components: readonly IndexValue[]): string {
  let key = '';
  for (const [index, component] of components.entries()) {
    if (index > 0) key += separator;
    key += typeof component === 'number' ? numberToSortable(component) : toSortable(component);
  }
  return key;
}

/** The place behind all keys that start with these components; see {@link toSortableKey} for the place before them. */
export function behindKeys(components: readonly IndexValue[]): string {
  return components.length === 0 ? behindAll : toSortableKey(components) + behind;
}
