import { apply } from './apply.ts';
import type { Fact } from './command.ts';
import { settle } from './settle.ts';
import { emptyWorld } from './state.ts';
import type { World } from './state.ts';

/** What everything that was accepted has led to by this time, worked out from nothing. */
export function replay(facts: readonly Fact[], nowMs: number): World {
  const world = emptyWorld();
  for (const fact of facts) {
    settle(world, fact.atMs);
    apply(world, fact);
  }
  settle(world, nowMs);
  return world;
}
