import type { OutboxEvent } from './outbox-event.ts';
import { resourceEventList, tenantEventList } from './reads.ts';
import type { Reads } from './reads.ts';
import { ListTail } from './tail.ts';

/** All of an outbox, as both lists have it, by number. */
export async function readLog(reads: Reads): Promise<readonly OutboxEvent[]> {
  const whole = [resourceEventList, tenantEventList].map((list) => new ListTail(list, 'the last of all readers'));
  for (const tail of whole) await tail.read(reads);
  return whole.flatMap(({ events }) => events).toSorted((one, other) => one.number - other.number);
}
