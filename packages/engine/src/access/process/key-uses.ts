import type { Command } from '../../kernel/command.ts';
import { recordKey } from '../../kernel/record-access.ts';
import { keyUsePartition } from '../../partitions.ts';
import { keyUseKind } from '../records.ts';

/** How often uses are written down: `last_used_at` is right to a minute. */
const flushIntervalMs = 20_000;

/** The most uses that one commit writes. */
const usesPerCommit = 256;

/** Which keys were used when. Uses are written down some time later and many at once, never in a request's commit. */
export class KeyUses {
  #pending = new Map<string, number>();
  #flushedAtMs = 0;

  note(keyId: string, nowMs: number): void {
    this.#pending.set(keyId, nowMs);
  }

  /** Writes down what is pending, if it is time or `isNow`. What can't be written waits for the next time. */
  async flush(
    execute: (command: Command<void>) => Promise<void>,
    nowMs: number,
    { isNow = false } = {},
  ): Promise<void> {
    if (this.#pending.size === 0 || (!isNow && nowMs - this.#flushedAtMs < flushIntervalMs)) return;
    this.#flushedAtMs = nowMs;
    const uses = [...this.#pending];
    this.#pending = new Map();
    for (let from = 0; from < uses.length; from += usesPerCommit) {
      await execute(writeUses(uses.slice(from, from + usesPerCommit)));
    }
  }
}

function writeUses(uses: readonly (readonly [keyId: string, usedAtMs: number])[]): Command<void> {
  return {
    partitions: [keyUsePartition],
    reads: uses.map(([keyId]) => recordKey(keyUseKind, keyUsePartition, keyId)),
    run(changes) {
      for (const [keyId, usedAtMs] of uses) {
        const before = changes.get(keyUseKind, keyUsePartition, keyId);
        if (before === undefined || before.usedAtMs < usedAtMs) {
          changes.put(keyUseKind, keyUsePartition, keyId, { usedAtMs });
        }
      }
    },
  };
}
