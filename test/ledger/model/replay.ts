import { apply } from './apply.ts';
import type { Fact } from './command.ts';
import { settle } from './settle.ts';
import { emptyState } from './state.ts';
import type { State } from './state.ts';

/** Looks at the state in which a fact was accepted. */
type Look = (before: State, fact: Fact) => void;

/** What everything that was accepted has led to by this time, worked out from nothing. */
export function replay(facts: readonly Fact[], nowMs: number, look: Look = () => {}): State {
  const state = emptyState();
  for (const fact of facts) {
    settle(state, fact.atMs);
    look(state, fact);
    apply(state, fact);
  }
  settle(state, nowMs);
  return state;
}
