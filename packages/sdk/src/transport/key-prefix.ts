import type { CallOptions } from './call.ts';
import { uuidV7 } from './uuid-v7.ts';

/** Leaves room for what is put after it: the server takes 255 characters. */
const longestPrefix = 240;

/**
 * The caller's idempotency key, or a new one, for a piece of work of several requests: their keys begin with it, so that
 * the same piece of work, run again, makes the same requests.
 *
 * @throws RangeError when it is too long for that.
 */
export function keyPrefixOf({ idempotencyKey = uuidV7() }: Pick<CallOptions, 'idempotencyKey'>): string {
  if (idempotencyKey.length > longestPrefix) throw new RangeError(`idempotencyKey is longer than ${longestPrefix}.`);
  return idempotencyKey;
}
