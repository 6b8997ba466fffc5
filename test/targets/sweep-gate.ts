import type { Store } from '@holdfast/engine';

import { sharedPartsOf } from './shared-parts.ts';

/** What is due to be sent is no matter of sweeps. */
const sentKind = 'webhook-queues';

/**
 * A store in which nothing is due but while a test has it swept: the server's own sweeper, which asks for what is due
 * anywhere, would come at random.
 */
export class SweepGate {
  readonly store: Store;
  #isOpen = false;

  constructor(inner: Store) {
    this.store = {
      ...sharedPartsOf(inner),
      read: (request) => inner.read(request),
      commit: (commit, deadlineMs) => inner.commit(commit, deadlineMs),
      openSnapshot: () => inner.openSnapshot(),
      due: async (kind, untilMs, limit, prefix) => {
        const isSwept = prefix === undefined && kind.name !== sentKind;
        return this.#isOpen || !isSwept ? inner.due(kind, untilMs, limit, prefix) : [];
      },
      purge: async (nowMs, limit) => (this.#isOpen ? inner.purge(nowMs, limit) : 0),
      checkWritable: () => inner.checkWritable(),
      close: () => inner.close(),
    };
  }

  async whileOpen(sweep: () => Promise<void>): Promise<void> {
    this.#isOpen = true;
    try {
      await sweep();
    } finally {
      this.#isOpen = false;
    }
  }
}
