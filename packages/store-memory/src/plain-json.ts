import type { RecordValue } from '@holdfast/engine/store';

/**
 * A deep-frozen copy, equal to what a store that writes JSON returns: without `undefined` members, and with `__proto__`
 * as an ordinary member.
 */
export function frozenCopy(value: RecordValue): RecordValue {
  return frozenCopyOf(value) ?? (frozenCopyOf(JSON.parse(JSON.stringify(value)) as RecordValue) as RecordValue);
}

/** The copy; undefined if JSON would change anything about the value. Several times faster than by way of a text. */
function frozenCopyOf<Value extends object>(value: Value): Value | undefined {
  const isArray = Array.isArray(value);
  if (!isArray && Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const copy = (isArray ? [...value] : { ...value }) as Record<string, unknown>;
  for (const name of Object.keys(copy)) {
    const member = copy[name];
    if (typeof member === 'string' || typeof member === 'boolean' || member === null) continue;
    if (typeof member === 'number' && Number.isFinite(member) && !Object.is(member, -0)) continue;
    const memberCopy = typeof member === 'object' ? frozenCopyOf(member) : undefined;
    if (memberCopy === undefined) return undefined;
    copy[name] = memberCopy;
  }
  return Object.freeze(copy) as Value;
}
