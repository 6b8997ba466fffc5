import { isDeepStrictEqual } from 'node:util';

import type { Outcome } from '@holdfast/engine';

import { predict, stateAfter } from '../model/predict.ts';
import type { Situation } from '../model/predict.ts';
import type { Request } from '../model/request.ts';
import type { State } from '../model/state.ts';
import { intervalMs } from '../program/intervals.ts';

/** A request and what the service answered. */
export interface Answered {
  readonly request: Request;
  readonly outcome: Outcome<unknown>;
}

/** The requests that changed something, in an order that explains every answer, with the state after each. */
export type Explanation = readonly { readonly request: Request; readonly state: State }[];

/**
 * Finds an order in which requests that were sent at the same time would have been answered as they were, one after the
 * other; undefined if there is none.
 *
 * @param afterwards - What was asked when all of them had been answered, and changed nothing.
 */
export function explain(
  answered: readonly Answered[],
  afterwards: readonly Answered[],
  before: State,
  nowMs: number,
): Explanation | undefined {
  const deadEnds = new Set<string>();

  const search = (open: readonly Answered[], state: State, path: string): Explanation | undefined => {
    const situation = { state, before, nowMs };
    // What changes nothing, and is right now, can as well have been now.
    const rest = open.filter((one) => isChange(one) || !isRight(one, situation));
    if (rest.length === 0 && afterwards.every((one) => isRight(one, situation))) return [];
    if (rest.some((one) => isTooLate(one, rest, situation))) return undefined;
    // The order of bookings makes no difference to what comes after them; that of limits does.
    const place = `${path} ${rest
      .map((one) => nameOf(one, answered))
      .toSorted()
      .join()}`;
    if (deadEnds.has(place)) return undefined;
    for (const next of rest.filter((one) => isChange(one) && isRight(one, situation))) {
      const after = stateAfter(next.request, state);
      const pathOfNext = next.request.type === 'limits' ? `${path}/${answered.indexOf(next)}` : path;
      const found = search(
        rest.filter((one) => one !== next),
        after,
        pathOfNext,
      );
      if (found !== undefined) return [{ request: next.request, state: after }, ...found];
    }
    deadEnds.add(place);
    return undefined;
  };

  return search(answered, before, '');
}

/** The same name for bookings that come to the same. */
function nameOf(one: Answered, answered: readonly Answered[]): string {
  const { request } = one;
  if (request.type !== 'reserve' || !isChange(one)) return String(answered.indexOf(one));
  return `${request.org} ${request.demands
    .map(({ interval, capacityGb }) => `${interval}:${capacityGb}`)
    .toSorted()
    .join('+')}`;
}

/** Whether this is the answer that the model gives in this situation. */
export function isRight({ request, outcome }: Answered, situation: Situation): boolean {
  const expected = predict(request, situation);
  if (outcome.ok) return expected.ok && isDeepStrictEqual(withoutOthers(outcome.value), expected.value);
  if (expected.ok) return false;
  if (outcome.code === 'capacity_not_available') {
    return expected.code === outcome.code && isDeepStrictEqual(outcome.intervals, expected.intervals);
  }
  if (outcome.code !== 'invalid_request' || expected.code !== outcome.code) return false;
  return isDeepStrictEqual(
    outcome.details.map(({ field }) => field),
    [expected.field],
  );
}

/** Without what the service makes up, and what is checked in another way. */
function withoutOthers(value: unknown): object {
  const { reservationId: _id, ranges: _ranges, ...members } = value as Readonly<Record<string, unknown>>;
  return members;
}

function isChange({ request, outcome }: Answered): boolean {
  return outcome.ok && (request.type === 'reserve' || request.type === 'limits');
}

/** What is left in an interval only ever shrinks while nobody sets limits. */
function isTooLate({ request, outcome }: Answered, rest: readonly Answered[], { state }: Situation): boolean {
  if (rest.some((one) => one.request.type === 'limits')) return false;
  if (request.type !== 'reserve' && request.type !== 'quote') return false;
  if (outcome.ok)
    return request.demands.some(({ interval, capacityGb }) => capacityGb > state.reservableGb(request.org, interval));
  if (outcome.code !== 'capacity_not_available') return true;
  const leftByTime = new Map(
    (outcome.intervals as readonly Shortfall[]).map((each) => [Date.parse(each.startsAt), each.reservableGb]),
  );
  return request.demands.some(
    ({ interval }) => (leftByTime.get(interval * intervalMs) ?? 0) > state.reservableGb(request.org, interval),
  );
}

interface Shortfall {
  readonly startsAt: string;
  readonly reservableGb: number;
}
