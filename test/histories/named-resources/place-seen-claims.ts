import type { Metadata } from '@holdfast/sdk';

import type { Call } from '../checker/sequential-spec.ts';
import type { Answer, Command, Result } from './commands.ts';

type ReservationCall = Call<Command, Answer>;

/** When a claim was decided, and when somebody had been told of it. */
interface Sighting {
  readonly metadataJson: string;
  readonly sinceMs: number;
  readonly seenByMs: number;
}

/**
 * Whoever saw a claim says since when it holds. So a claim that got no answer, but was seen, did happen: no earlier
 * than it was decided, though perhaps later, and before the first of those who saw it was answered. It needn't be tried
 * at every other time. Each claim of a history has metadata of its own, by which it is known.
 */
export function placeSeenClaims(
  calls: readonly ReservationCall[],
  clockToleranceMs: number,
): readonly ReservationCall[] {
  const sightings = calls.flatMap(sightingsBy).toSorted((one, other) => one.seenByMs - other.seenByMs);
  return calls.map((call) => {
    const claims = call.answer === undefined ? metadataOf(call.operation) : [];
    const sighting = sightings.find(({ metadataJson }) => claims.includes(metadataJson));
    if (sighting === undefined) return call;
    const calledAtMs = Math.max(call.calledAtMs, sighting.sinceMs - clockToleranceMs);
    return { ...call, calledAtMs, returnedAtMs: Math.max(calledAtMs, sighting.seenByMs) };
  });
}

/** Of all items of a request, which are decided at one time. */
function metadataOf({ type, items }: Command): readonly string[] {
  return type === 'reserve' || type === 'transaction' ? items.map(({ metadata }) => JSON.stringify(metadata)) : [];
}

function sightingsBy({ answer, returnedAtMs: seenByMs }: ReservationCall): readonly Sighting[] {
  const holds = answer?.results.flatMap(holdsSeenIn) ?? [];
  return holds.flatMap(({ metadata, since }) => {
    return since === null ? [] : { metadataJson: JSON.stringify(metadata), sinceMs: Date.parse(since), seenByMs };
  });
}

interface SeenHold {
  readonly metadata: Metadata | null;
  readonly since: string | null;
}

function holdsSeenIn(result: Result): readonly SeenHold[] {
  if ('heldBy' in result) return result.heldBy === null ? [] : [result.heldBy];
  if (!('slots' in result)) return [];
  return [result, ...(result.slots ?? [])].map(({ metadata, reservedAt }) => ({ metadata, since: reservedAt }));
}
