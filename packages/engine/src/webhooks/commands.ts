import type { Command } from '../kernel/command.ts';
import type { Place } from '../place.ts';
import { endpointKey, partitionsOf, queueKeys, WebhookState } from './state.ts';

/** A command on one endpoint, which attempts to send it something are in order with. */
export function endpointCommand<Result>(
  place: Place,
  endpointId: string,
  decide: (state: WebhookState) => Result,
): Command<Result> {
  return {
    partitions: partitionsOf(place, endpointId),
    reads: [endpointKey(place, endpointId), ...queueKeys(place, endpointId)],
    run: (changes, nowMs) => decide(new WebhookState(changes, place, nowMs)),
  };
}
