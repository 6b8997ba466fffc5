import type { Call, SequentialSpec } from '../checker/sequential-spec.ts';
import type { Answer, Command } from './commands.ts';
import { dailyLimit } from './objects.ts';

/** How many operations were admitted, by day. */
export type LimitState = Readonly<Record<number, number>>;

const dayMs = 86_400_000;

/** How long a request may be under way that nobody waits for. */
const longestMs = 60_000;

/** With a limit so small, a process leases one unit at a time, and any of three may have one that it doesn't use. */
const mostInHand = 3;

/** What the operations of a tenant are when it sends one at a time. */
export function limitSpec(clockToleranceMs: number): SequentialSpec<LimitState, Command, Answer> {
  return {
    initial: {},
    step: (state, call) => daysOf(call, clockToleranceMs).flatMap((day) => spend(state, day, call)),
    hash: (state) => JSON.stringify(state),
    changedNothing: ({ answer }) => answer?.status === 429 && answer.attempts === 1,
  };
}

/** Who was refused may have been so while another process had units in hand, never before. */
function spend(state: LimitState, day: number, { answer }: Call<Command, Answer>): readonly LimitState[] {
  const before = state[day] ?? 0;
  const { status, attempts } = answer ?? { status: 200, attempts: 1 };
  // Each time that it was sent before may count, too.
  const lost = Array.from({ length: attempts }, (_, times) => before + times);
  if (status === 429) {
    return lost.filter((count) => count >= dailyLimit - mostInHand && count <= dailyLimit).map(toState);
  }
  return lost
    .map((count) => count + 1)
    .filter((count) => count <= dailyLimit)
    .map(toState);

  function toState(count: number): LimitState {
    return { ...state, [day]: count };
  }
}

/** The days in which a call may have taken effect. */
function daysOf({ calledAtMs, returnedAtMs }: Call<Command, Answer>, clockToleranceMs: number): readonly number[] {
  const endMs = Math.min(returnedAtMs, calledAtMs + longestMs);
  const days = [calledAtMs - clockToleranceMs, endMs + clockToleranceMs].map((ms) => Math.floor(ms / dayMs));
  return [...new Set(days)];
}
