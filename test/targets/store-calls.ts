import type { ReadRequest, Snapshot, Store } from '@holdfast/engine/store';

import { sharedPartsOf } from './shared-parts.ts';

/** Commits there change what keys may do. */
const accessPartition = 'holdfast/access';

/** When keys were used, what was granted of limits, what is numbered afterwards, what is sent: no request asks for it. */
function isUpkeep(partition: string): boolean {
  return /^holdfast\/(?:key-usage|webhooks)$|\/(?:limits|events|webhooks\/[^/]+)$/u.test(partition);
}

/** Whether it is read to number events and to send them. */
function isSent(kind: string): boolean {
  return /^(?:pending-events|event-log|webhook-.*)$/u.test(kind);
}

/** What is read to find out who asks, and how much of it he may. */
const callerKinds: ReadonlySet<string> = new Set([
  'api-keys',
  'api-key-records',
  'access-tokens',
  'jwt-issuers',
  'key-uses',
  'limit-windows',
  'tenants',
  'tiers',
]);

/**
 * A store that counts what requests ask of it. Looking up who asks, and what he may, isn't counted, since every request
 * begins with that, nor is what the server does by itself now and then: it sweeps, asks whether keys have changed,
 * writes down which were used, and numbers and sends events.
 */
export class StoreCalls {
  readonly store: Store;
  count = 0;

  constructor(inner: Store) {
    this.store = {
      ...sharedPartsOf(inner),
      read: (request) => inner.read(this.#counted(request)),
      commit: (commit, deadlineMs) => {
        if (!commit.heads.every(({ partition }) => isUpkeep(partition))) this.count++;
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
    const isOfAccess = heads.every((partition) => partition === accessPartition || isUpkeep(partition));
    const isAsked = ranges.some(({ kind }) => !isSent(kind.name));
    if (isAsked || !isOfAccess || !records.every(({ kind }) => callerKinds.has(kind.name) || isSent(kind.name)))
      this.count++;
    return request;
  }
}
