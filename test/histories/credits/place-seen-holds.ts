import type { HoldPage, HoldSummary } from '@holdfast/contract';

import type { Call } from '../checker/sequential-spec.ts';
import { isSuccess } from './commands.ts';
import type { Answer, Command } from './commands.ts';

type CreditCall = Call<Command, Answer>;

/** When a hold was made, and when somebody had been told of it. */
interface Sighting {
  readonly label: string;
  readonly createdMs: number;
  readonly seenByMs: number;
}

/**
 * Whoever sees a hold is told when it was made. So one that got no answer, but was seen, was made no earlier than that,
 * though perhaps later, and before the first of those who saw it was answered. It needn't be tried at every other time.
 */
export function placeSeenHolds(calls: readonly CreditCall[], clockToleranceMs: number): readonly CreditCall[] {
  const sightings = calls.flatMap(sightingsBy).toSorted((one, other) => one.seenByMs - other.seenByMs);
  return calls.map((call) => {
    const { operation, answer } = call;
    if (operation.type !== 'hold' || answer !== undefined) return call;
    const sighting = sightings.find(({ label }) => label === operation.label);
    if (sighting === undefined) return call;
    const calledAtMs = Math.max(call.calledAtMs, sighting.createdMs - clockToleranceMs);
    return { ...call, calledAtMs, returnedAtMs: Math.max(calledAtMs, sighting.seenByMs) };
  });
}

function sightingsBy({ operation, answer, returnedAtMs: seenByMs }: CreditCall): readonly Sighting[] {
  if (answer === undefined || !isSuccess(answer)) return [];
  const holds = operation.type === 'listHolds' ? (answer.body as HoldPage).data : [];
  return holds.map(({ metadata, created_at: createdAt }: HoldSummary) => {
    return { label: metadata['label'] as string, createdMs: Date.parse(createdAt), seenByMs };
  });
}
