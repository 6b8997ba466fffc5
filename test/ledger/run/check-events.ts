import { showEvents } from '../model/events.ts';
import type { State } from '../model/state.ts';
import { read } from './books.ts';
import { match } from './match.ts';
import type { Names } from './names.ts';
import type { World } from './world.ts';

interface Event {
  readonly number: number;
  readonly external_customer_id: string | null;
}

interface Page {
  readonly data: readonly Event[];
  readonly pagination: { readonly next_cursor: string | null };
}

const eventsPerPage = 200;

/** Where the events aren't those of the ledgers: each entry has its own, in order, and each threshold that it passes. */
export async function checkEvents(world: World, state: State, names: Names): Promise<readonly string[]> {
  const events = await readEvents(world);
  const numbers = events.map(({ number }) => number);
  const isNumbered = numbers.every((number, index) => number === index + 1);
  const faults = isNumbered ? [] : [`The events are numbered ${numbers.join(', ')}.`];
  const known = state.customers.map(({ externalId }) => externalId);
  const others = events.filter(({ external_customer_id: id }) => id === null || !known.includes(id));
  if (others.length > 0) faults.push(`Of no customer: ${JSON.stringify(others)}`);
  return known.reduce((all, customer) => {
    const own = events.filter(({ external_customer_id: id }) => id === customer);
    return [...all, ...match(showEvents(state, customer), own, names, `${customer}'s events `)];
  }, faults);
}

/** From the first to the last. */
async function readEvents(world: World): Promise<readonly Event[]> {
  const events: Event[] = [];
  let cursor: string | null = null;
  do {
    const query: object = { limit: eventsPerPage, ...(cursor === null ? {} : { cursor }) };
    const page = (await read(world, 'listCreditEvents', { query })) as Page;
    events.push(...page.data);
    cursor = page.pagination.next_cursor;
  } while (cursor !== null);
  return events.toReversed();
}
