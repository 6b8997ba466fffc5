import type { State } from '../model/state.ts';

const millisecondsPerDay = 86_400_000;

/** From this pick on, it is the end of one of the windows within which something is known again. */
const firstWindowPick = 14;

/** What lapses soon is picked most often, or else everything would always have lapsed. */
const soonest = 4;

/** A time in the future at which something changes by itself; undefined if there is none. */
export function pickDeadline(state: State, keptAtMs: readonly number[], pick: number): number | undefined {
  const lapses = inFuture(state, [
    ...state.holds.filter(({ status }) => status === 'active').map(({ expiresAtMs }) => expiresAtMs),
    ...state.blocks.filter(({ left }) => left > 0n).flatMap(({ expiresAtMs }) => expiresAtMs ?? []),
  ]);
  const recognised = [...state.usages.map(({ atMs }) => atMs), ...keptAtMs];
  const windows = inFuture(
    state,
    recognised.map((atMs) => atMs + millisecondsPerDay),
  );
  const chosen = pick >= firstWindowPick ? windows : lapses.slice(0, soonest);
  return chosen[pick % chosen.length];
}

function inFuture(state: State, times: readonly number[]): readonly number[] {
  return [...new Set(times)].filter((ms) => ms > state.nowMs).toSorted((one, other) => one - other);
}
