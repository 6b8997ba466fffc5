import { randomUUID } from 'node:crypto';

/** What clients send as idempotency keys: UUIDs of version 4, or of version 7, which begin with the time. */
export const keyForms = ['random', 'uuidv7'] as const;
export type KeyForm = (typeof keyForms)[number];

/** A new key. Where keys are random, every insert of one goes to another page of an index; in order, to the last one. */
export function newIdempotencyKey(form: KeyForm): string {
  const random = randomUUID();
  if (form === 'random') return random;
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}
