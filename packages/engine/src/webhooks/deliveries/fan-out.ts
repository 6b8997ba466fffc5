import { readEvents } from '../../shared/event-log.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import { matches } from '../event-filter.ts';
import type { Delivery, Endpoint, Queue } from '../records.ts';
import { findEnabled } from '../rules.ts';
import { enqueue, revive, toDelivery } from './lines.ts';
import type { LoggedEvent } from './lines.ts';
import { mostLogRows } from './state.ts';
import type { QueueState } from './state.ts';

/** How much of the log one command looks at: a few milliseconds of work. */
const mostSeen = { events: 128, characters: 262_144 };

/** A part of the log. */
interface Piece {
  readonly events: readonly LoggedEvent[];
  /** The number of the last event that was looked at. */
  readonly position: number;
  /** Whether there may be more. */
  readonly isMore: boolean;
}

/** Puts the next events of the log in their lines, those that the endpoint gets. Returns whether there may be more. */
export function fanOut(state: QueueState, endpoint: Endpoint, queue: Queue): boolean {
  const { events, position, isMore } = lookAfter(state, queue.position);
  const wanted = events.filter(({ type }) => matches(endpoint.types, type));
  enqueue(
    state,
    wanted.map((event) => toDelivery(event, state.nowMs)),
  );
  if (position !== queue.position) state.putQueue({ ...queue, position });
  return isMore;
}

/** Which events are sent again: by when they got their numbers, in epoch milliseconds. */
export interface ReplayFilter {
  readonly fromMs: number;
  readonly toMs: number;
  readonly onlyDead: boolean;
}

/** What a piece of a replay came to. */
export interface Replayed {
  readonly count: number;
  /** The event to go on after; undefined: there are no more. */
  readonly nextAfter: number | undefined;
}

/** Sends some of the events after a number again. Those that are still to be sent are left as they are. */
export function replay(state: QueueState, after: number, filter: ReplayFilter): Outcome<Replayed> {
  const endpoint = findEnabled(state.webhooks, state.endpointId);
  if (isRefused(endpoint)) return endpoint;
  const queue = state.queue();
  if (queue === undefined) return accepted({ count: 0, nextAfter: undefined });

  const replayed = filter.onlyDead
    ? replayDead(state, after, filter)
    : replayLogged(state, endpoint, { after, upTo: queue.position }, filter);
  state.noteDue();
  return accepted(replayed);
}

function replayDead(state: QueueState, after: number, { fromMs, toMs }: ReplayFilter): Replayed {
  const dead = state.withStatus('dead', after, mostSeen.events);
  const chosen = dead.filter(({ eventAtMs }) => fromMs <= eventAtMs && eventAtMs < toMs);
  enqueue(state, chosen.map(revive));
  return { count: chosen.length, nextAfter: dead.length < mostSeen.events ? undefined : dead.at(-1)?.eventNumber };
}

function replayLogged(
  state: QueueState,
  { types }: Endpoint,
  { after, upTo }: { readonly after: number; readonly upTo: number },
  { fromMs, toMs }: ReplayFilter,
): Replayed {
  const { events, position, isMore } = lookAfter(state, after);
  const chosen = events.filter(({ number, numberedAtMs, type }) => {
    return number <= upTo && fromMs <= numberedAtMs && numberedAtMs < toMs && matches(types, type);
  });
  const known = state.deliveries(chosen.map(({ number }) => number));
  const again = chosen.flatMap((event): Delivery | [] => {
    const delivery = known.get(event.number);
    if (delivery === undefined) return toDelivery(event, state.nowMs);
    return delivery.status === 'pending' ? [] : revive(delivery);
  });
  enqueue(state, again);
  const isOver = !isMore || position >= upTo || (events.at(-1)?.numberedAtMs ?? 0) >= toMs;
  return { count: again.length, nextAfter: isOver ? undefined : position };
}

/** The next events after a number, as far as the history reaches: whole rows of the log. */
function lookAfter(state: QueueState, after: number): Piece {
  const rows = state.logRowsAfter(after);
  const events: LoggedEvent[] = [];
  let position = after;
  let characters = 0;
  for (const { value } of rows) {
    const { numberedAtMs, purgeAtMs } = value;
    for (const event of readEvents(value)) {
      if (event.number > after) events.push({ ...event, numberedAtMs, keptMs: purgeAtMs - numberedAtMs });
    }
    position = value.first + value.count - 1;
    characters += value.eventsJson.length;
    if (events.length >= mostSeen.events || characters >= mostSeen.characters)
      return { events, position, isMore: true };
  }
  return { events, position, isMore: rows.length === mostLogRows };
}
