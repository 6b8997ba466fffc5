import type { CapacityReservation, CapacityShortfall } from '@holdfast/contract/types';

import { CapacityNotAvailableError } from '../errors/api-errors.ts';
import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise, WithResponse } from '../transport/holdfast-promise.ts';
import { keyPrefixOf } from '../transport/key-prefix.ts';
import type { Time } from '../transport/time.ts';
import type { CapacityRequest } from './capacity-request.ts';
import { grainGb } from './intervals.ts';

/** An interval that got less than was asked for. */
export type ReducedInterval = CapacityShortfall & {
  /** What was reserved for it, in GB, a multiple of 4; 0 when it was left out. */
  readonly reservedGb: number;
};

/** A reservation, and what of the request it doesn't have. */
export type ReservedUpTo = CapacityReservation & {
  /** The intervals that got less than was asked for, or nothing, in the order of the request; empty if none did. */
  readonly shortfalls: readonly ReducedInterval[];
};

type Reserve = (request: CapacityRequest, options: CallOptions) => HoldfastPromise<CapacityReservation>;

/** Asks for all, and if that doesn't fit, once more for what does. */
export async function reserveUpTo(
  reserve: Reserve,
  { intervals }: CapacityRequest,
  options: CallOptions = {},
): Promise<WithResponse<ReservedUpTo>> {
  const key = keyPrefixOf(options);
  const reserveUnder = (idempotencyKey: string, request: CapacityRequest) =>
    reserve(request, { ...options, idempotencyKey }).withResponse();
  try {
    return withShortfalls(await reserveUnder(key, { intervals }), []);
  } catch (error) {
    if (!(error instanceof CapacityNotAvailableError)) throw error;
    const shortfalls = error.intervals.map(reduce);
    const rest = reducedTo(shortfalls, intervals);
    if (rest.length === 0) throw error;
    // The refusal stays the answer to its key. This one is made of it, so that a later run finds what was reserved.
    return withShortfalls(await reserveUnder(`${key}/adjusted`, { intervals: rest }), shortfalls);
  }
}

function withShortfalls(
  { data, ...around }: WithResponse<CapacityReservation>,
  shortfalls: readonly ReducedInterval[],
): WithResponse<ReservedUpTo> {
  return { data: { ...data, shortfalls }, ...around };
}

function reduce(shortfall: CapacityShortfall): ReducedInterval {
  const { requestedGb, reservableGb } = shortfall;
  return { ...shortfall, reservedGb: Math.min(requestedGb, reservableGb - (reservableGb % grainGb)) };
}

/** What is left of the request: by the time that they stand for, since the server may write a time in another way. */
function reducedTo(shortfalls: readonly ReducedInterval[], intervals: CapacityRequest['intervals']) {
  const reservedGb = new Map(shortfalls.map((shortfall) => [toMs(shortfall.startsAt), shortfall.reservedGb]));
  return intervals
    .map((interval) => ({ ...interval, capacityGb: reservedGb.get(toMs(interval.startsAt)) ?? interval.capacityGb }))
    .filter(({ capacityGb }) => capacityGb > 0);
}

function toMs(time: Time): number {
  return new Date(time).getTime();
}
