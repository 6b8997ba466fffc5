import type { ReadRequest, Snapshot, Store } from '@holdfast/engine/store';

/** Commits there change what keys may do, and say when they were used. */
const [accessPartition, keyUsePartition] = ['holdfast/access', 'holdfast/key-usage'];

/** What is read to find out who asks. */
const callerKinds: ReadonlySet<string> = new Set([
  'api-keys',
  'api-key-records',
  'access-tokens',
  'jwt-issuers',
  'key-uses',
  'tenants',
  'tiers',
]);

/**
 * A store that counts what requests ask of it. Looking up who asks isn't counted, since every request begins with that,
 * nor is what the server does by itself now and then: it sweeps, asks whether keys have changed, and writes down which
 * were used.
 */
export class StoreCalls {
  readonly store: Store;
  count = 0;

  constructor(inner: Store) {
    this.store = {
      read: (request) => inner.read(this.#counted(request)),
      commit: (commit, deadlineMs) => {
        if (!commit.heads.every(({ partition }) => partition === keyUsePartition)) this.count++;
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
    const isOfAccess = heads.every((partition) => partition === accessPartition || partition === keyUsePartition);
    if (ranges.length > 0 || !isOfAccess || !records.every(({ kind }) => callerKinds.has(kind.name))) this.count++;
    return request;
  }
}
