/** Worlds that failed once, by their names. */
export const knownWorlds: readonly string[] = [
  // A read that took its time when it had loaded saw a hold as lapsed before another one was made.
  '54t24 f4 credits9x1 credits10x1 credits11x1',
  // A blocker that was given up stayed held by a claim that had lapsed.
  '292t32 f namedResources0x8 namedResources1x1 namedResources4x8',
  // With the store away for long, what it took to explain the credits was too much: many calls without an answer.
  '264239',
];
