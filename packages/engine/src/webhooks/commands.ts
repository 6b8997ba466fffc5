import type { PreparedCommand } from '../operation.ts';
import { eventPartition } from '../partitions.ts';
import type { Place } from '../place.ts';
import type { Outcome } from '../shared/outcomes.ts';
import { endpointKey, partitionsOf, queueKeys, WebhookState } from './state.ts';

/** A command on one endpoint, which attempts to send it something are in order with: it begins after all events so far. */
export function endpointCommand<Value>(
  place: Place,
  endpointId: string,
  decide: (state: WebhookState) => Outcome<Value>,
): PreparedCommand<Value> {
  return {
    numbersFirst: eventPartition(place),
    partitions: partitionsOf(place, endpointId),
    reads: [endpointKey(place, endpointId), ...queueKeys(place, endpointId)],
    run: (changes, nowMs) => decide(new WebhookState(changes, place, nowMs)),
  };
}
