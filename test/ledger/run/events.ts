import { showEvents } from '../model/events.ts';
import type { State } from '../model/state.ts';
import { read } from './books.ts';
import { match } from './match.ts';
import type { Names } from './names.ts';
import type { World } from './world.ts';

export interface TenantEvent {
  readonly number: number;
  readonly external_customer_id: string | null;
}

interface Page {
  readonly data: readonly TenantEvent[];
  readonly pagination: { readonly next_cursor: string | null };
}

const eventsPerPage = 200;

/** Where the events aren't those of the ledgers: each entry has its own, in order, and each threshold that it passes. */
export function compareEvents(events: readonly TenantEvent[], state: State, names: Names): readonly string[] {
  const numbers = events.map(({ number }) => number);
  const isNumbered = numbers.every((number, index) => number === index + 1);
  const faults = isNumbered ? [] : [`The events are numbered ${numbers.join(', ')}.`];
  const known = state.customers.map(({ externalId }) => externalId);
  const others = events.filter(({ external_customer_id: id }) => id === null || !known.includes(id));
  if (others.length > 0) faults.push(`Of no customer: ${JSON.stringify(others)}`);
  for (const customer of known) {
    const own = events.filter(({ external_customer_id: id }) => id === customer);
    faults.push(...findFirstFaults(showEvents(state, customer), own, names, customer));
  }
  return faults;
}

/** Where the first event differs that does: those after it are most likely moved. */
function findFirstFaults(
  expected: readonly object[],
  events: readonly TenantEvent[],
  names: Names,
  customer: string,
): readonly string[] {
  for (let index = 0; index < Math.max(expected.length, events.length); index += 1) {
    const faults = match(expected[index], events[index], names, `${customer}'s event ${index} `);
    if (faults.length > 0) return faults;
  }
  return [];
}

/** All events of the tenant, from the first to the last. Nobody may write meanwhile. */
export async function readEvents(world: World): Promise<readonly TenantEvent[]> {
  const events: TenantEvent[] = [];
  let cursor: string | null = null;
  do {
    const query: object = { limit: eventsPerPage, ...(cursor === null ? {} : { cursor }) };
    const page = (await read(world, 'listCreditEvents', { query })) as Page;
    events.push(...page.data);
    cursor = page.pagination.next_cursor;
  } while (cursor !== null);
  return events.toReversed();
}
