import type { RecordValue } from '@holdfast/engine/store';

/**
 * A deep-frozen copy, equal to what a store that writes JSON returns: without `undefined` members, and with `__proto__`
 * as an ordinary member.
 */
export function frozenCopy(value: RecordValue): RecordValue {
  return deepFreeze(JSON.parse(JSON.stringify(value)) as RecordValue);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
