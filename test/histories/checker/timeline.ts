import type { Call } from './sequential-spec.ts';
import type { Failure } from './smallest-failure.ts';

/** Tells people what happened, a line for each call, and how far it can be explained. */
export function drawTimeline<Operation, Answer>(
  { calls, explained }: Failure<Operation, Answer>,
  describe: (call: Call<Operation, Answer>, originMs: number) => string,
): string {
  const originMs = calls[0]?.calledAtMs ?? 0;
  const lines = calls.map((call, index) => {
    return [`${index + 1}`.padStart(4), ...timesOf(call, originMs), describe(call, originMs)].join('  ');
  });
  const order = explained.map((call) => calls.indexOf(call) + 1).join(' → ');
  return [
    'call    from ms      to ms  client',
    ...lines,
    `Explained one after the other, at most: ${order === '' ? 'not even one' : order}.`,
  ].join('\n');
}

function timesOf({ calledAtMs, returnedAtMs, client }: Call<unknown, unknown>, originMs: number): readonly string[] {
  const end = Number.isFinite(returnedAtMs) ? (returnedAtMs - originMs).toFixed(2) : 'no answer';
  return [(calledAtMs - originMs).toFixed(2).padStart(9), end.padStart(9), `c${client}`.padStart(6)];
}
