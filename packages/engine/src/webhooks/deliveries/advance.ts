import type { Delivery } from '../records.ts';
import { isSending } from '../state.ts';
import type { PresentEndpoint } from '../state.ts';
import { fanOut } from './fan-out.ts';
import { settle, takeDue } from './rules.ts';
import type { Settled } from './rules.ts';
import type { QueueState } from './state.ts';

/** What a process has done for an endpoint, and may do next. */
export interface Progress {
  readonly settled: readonly Settled[];
  /** How many more deliveries it may attempt. */
  readonly limit: number;
  readonly leaseId: string;
  /** Who it is. */
  readonly keeper: string;
  /** Whether the tenant may be sent anything now. If not, its events wait. */
  readonly isAllowed: boolean;
}

/** What it shall do. */
export interface Advanced {
  /** Undefined: it gets nothing now. */
  readonly endpoint: PresentEndpoint | undefined;
  readonly taken: readonly Delivery[];
  /** Whether there is more to look at, at once. */
  readonly isMore: boolean;
  /** Whether there are deliveries that it had no room for. */
  readonly isDue: boolean;
  /** How long another process looks after the endpoint, in milliseconds; 0: none does. */
  readonly keptMs: number;
  /** How many deliveries have failed for the last time. */
  readonly deadCount: number;
}

const nothing: Advanced = { endpoint: undefined, taken: [], isMore: false, isDue: false, keptMs: 0, deadCount: 0 };

/** How long a process looks after an endpoint from its last step on, in milliseconds. */
const keptMs = 5_000;

/** How long until it is looked again whether a tenant may be sent anything, in milliseconds. */
const lookAgainMs = 15_000;

/** Takes an endpoint one step further: what was attempted, what has happened since, and what to attempt now. */
export function advance(state: QueueState, progress: Progress): Advanced {
  const { settled, limit, leaseId, keeper, isAllowed } = progress;
  if (state.isBeingRemoved) {
    state.removeSome();
    return { ...nothing, isMore: true };
  }
  const deadCount = settled.filter((each) => settle(state, each)).length;
  const endpoint = state.webhooks.endpoint(state.endpointId);
  const queue = state.queue();
  if (endpoint === undefined || queue === undefined) return { ...nothing, deadCount };
  if (!isSending(endpoint)) return { ...rest(state, null), deadCount };
  if (!isAllowed) return { ...rest(state, state.nowMs + lookAgainMs), deadCount };
  if (queue.keeper !== keeper && queue.keptUntilMs > state.nowMs) {
    state.noteDue();
    return { ...nothing, keptMs: queue.keptUntilMs - state.nowMs, deadCount };
  }

  state.load([() => state.logRowsAfter(queue.position), () => state.nextDue(limit + 1)]);
  const isMore = fanOut(state, endpoint, queue);
  const taken = takeDue(state, limit, leaseId);
  const dueAtMs = state.noteDue();
  // Never for that alone, and not where it has no room: then others may go on.
  if (state.queue() !== queue && limit > 0) state.keep(keeper, state.nowMs + keptMs);
  return { endpoint, taken, isMore, isDue: dueAtMs !== null && dueAtMs <= state.nowMs, keptMs: 0, deadCount };
}

/** Lets what there is wait, until that time at the latest; null: until somebody enables the endpoint. */
function rest(state: QueueState, untilMs: number | null): Advanced {
  const queue = state.queue();
  const isResting = untilMs === null ? queue?.dueAtMs === null : isBetween(queue?.dueAtMs, state.nowMs, untilMs);
  if (queue !== undefined && !isResting) state.putQueue({ ...queue, dueAtMs: untilMs });
  return nothing;
}

function isBetween(atMs: number | null | undefined, afterMs: number, untilMs: number): boolean {
  return atMs !== null && atMs !== undefined && afterMs < atMs && atMs <= untilMs;
}
