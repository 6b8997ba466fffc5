import { apply } from './apply.ts';
import type { Fact } from './command.ts';
import { settle } from './settle.ts';
import { emptyState } from './state.ts';
import type { State } from './state.ts';

/** What everything that was accepted has led to by this time, worked out from nothing. */
export function replay(facts: readonly Fact[], nowMs: number): State {
  const state = emptyState();
  for (const fact of facts) {
    settle(state, fact.atMs);
    apply(state, fact);
  }
  settle(state, nowMs);
  return state;
}
