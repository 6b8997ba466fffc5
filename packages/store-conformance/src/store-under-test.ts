import type { RecordKind, Store } from '@holdfast/engine/store';

/** A store, and what the suite may do to it. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Starts again over what a kill would have left behind, without closing `store`. Absent: the store keeps nothing. */
  reopen?(): Promise<Store>;
  /**
   * Does what a restore does at its end, while nobody has the store open, and opens it again: every sequence below
   * `floor` is the floor from then on. Absent: the store keeps nothing.
   */
  raiseSequences?(): Promise<{ readonly store: Store; readonly floor: number }>;
  /** What another process would open over the same data at the same time. Absent: one process owns the data. */
  openAnother?(): Promise<Store>;
  /** Closes everything that was opened, and deletes the data. */
  dispose(): Promise<void>;
}

/** Opens a store without any records for these kinds. */
export type CreateStore = (kinds: readonly RecordKind[]) => Promise<StoreUnderTest>;

/** What differs between stores by design. Each trait decides which tests there are; none is ever skipped. */
export interface StoreTraits {
  /** The harness has `reopen` and `raiseSequences`. */
  readonly survivesKill?: boolean;
  /** The harness has `openAnother`. */
  readonly isShared?: boolean;
  /** It has `watch`; the harness has `openAnother`. */
  readonly watches?: boolean;
  /** The database deletes purgeable records by itself, so that `purge` has nothing to do. */
  readonly purgesItself?: boolean;
  /** How many random sequences to compare with the model; 300 unless told. */
  readonly sequences?: number;
}
