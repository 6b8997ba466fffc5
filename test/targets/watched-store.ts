import type { ReadRequest, Snapshot, Store } from '@holdfast/engine/store';

import { sharedPartsOf } from './shared-parts.ts';

/** A store that remembers what is written, and how often API keys are looked up. */
export class WatchedStore {
  readonly store: Store;
  keyLookups = 0;
  readonly #written: string[] = [];

  constructor(inner: Store) {
    this.store = {
      ...sharedPartsOf(inner),
      read: (request) => inner.read(this.#watch(request)),
      commit: (commit, deadlineMs) => {
        this.#written.push(JSON.stringify(commit.writes));
        return inner.commit(commit, deadlineMs);
      },
      openSnapshot: async () => this.#watchIn(await inner.openSnapshot()),
      due: (kind, untilMs, limit, prefix) => inner.due(kind, untilMs, limit, prefix),
      purge: (nowMs, limit) => inner.purge(nowMs, limit),
      checkWritable: () => inner.checkWritable(),
      close: () => inner.close(),
    };
  }

  /** All that was ever written, as text. */
  get written(): string {
    return this.#written.join('\n');
  }

  #watchIn(snapshot: Snapshot): Snapshot {
    return { read: (request) => snapshot.read(this.#watch(request)), close: () => snapshot.close() };
  }

  #watch(request: ReadRequest): ReadRequest {
    const kinds = new Set(['api-keys', 'access-tokens']);
    this.keyLookups += (request.records ?? []).filter(({ kind }) => kinds.has(kind.name)).length;
    return request;
  }
}
