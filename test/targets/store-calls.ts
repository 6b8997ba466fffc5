import type { ReadRequest, Snapshot, Store } from '@holdfast/engine/store';

/**
 * A store that counts what requests ask of it. Looking up an API key isn't counted, since every request begins with
 * that, nor is what the sweeper asks.
 */
export class StoreCalls {
  readonly store: Store;
  count = 0;

  constructor(inner: Store) {
    this.store = {
      read: (request) => inner.read(this.#counted(request)),
      commit: (commit, deadlineMs) => {
        this.count++;
        return inner.commit(commit, deadlineMs);
      },
      openSnapshot: async () => this.#countIn(await inner.openSnapshot()),
      due: (kind, untilMs, limit, prefix) => {
        if (prefix !== undefined) this.count++;
        return inner.due(kind, untilMs, limit, prefix);
      },
      purge: (nowMs, limit) => inner.purge(nowMs, limit),
      checkWritable: () => inner.checkWritable(),
      close: () => inner.close(),
    };
  }

  #countIn(snapshot: Snapshot): Snapshot {
    return { read: (request) => snapshot.read(this.#counted(request)), close: () => snapshot.close() };
  }

  #counted(request: ReadRequest): ReadRequest {
    const { heads = [], records = [], ranges = [] } = request;
    const isKeyAlone = heads.length + ranges.length === 0 && records.every(({ kind }) => kind.name === 'api-keys');
    if (!isKeyAlone) this.count++;
    return request;
  }
}
