import type { RecordValue } from '@holdfast/engine/store';

/**
 * A deep copy that nobody can change, and just what comes back from a store that writes JSON to a disk: without
 * `undefined` members, and with `__proto__` as a member like any other.
 */
export function frozenCopy(value: RecordValue): RecordValue {
  return deepFreeze(JSON.parse(JSON.stringify(value)) as RecordValue);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
