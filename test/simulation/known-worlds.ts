/** Worlds that once failed, by name: each is run again in every test. Where what a seed draws changes, they are drawn anew. */
export const knownWorlds: readonly string[] = [];
