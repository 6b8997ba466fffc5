/** A place in a file, and what somebody could have written there by mistake. */
interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** Tests that have to notice a bug. */
export interface Watcher {
  /** A test file, from the root of the repository. */
  readonly file: string;
  /** Some of its tests: those whose title holds this. */
  readonly test?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly needsMongodb?: boolean;
}

/** A bug that somebody could well write, and the tests that must catch it, each of them by itself. */
export interface SeededBug {
  readonly id: string;
  /** What the mistake is. */
  readonly mistake: string;
  readonly edits: readonly [Edit, ...Edit[]];
  readonly watchers: readonly [Watcher, ...Watcher[]];
}

/** Histories of 16 clients, as many as it takes to come upon what they are to find. */
export const sqliteHistories: Watcher = {
  file: 'test/histories/sqlite.test.ts',
  env: { HISTORIES: '20', HISTORIES_SEED: '1' },
};

/** Enough worlds for most bugs of what runs in them. */
export const simulation: Watcher = {
  file: 'test/simulation/simulation.test.ts',
  test: 'keeps every promise',
  env: { WORLDS: '20', WORLDS_SEED: '1' },
};

export const mongodbHistories: Watcher = {
  file: 'test/histories/mongodb.test.ts',
  env: { HISTORIES: '20', HISTORIES_SEED: '1' },
  needsMongodb: true,
};

/** A text of several lines. */
export function lines(...all: readonly string[]): string {
  return all.join('\n');
}
