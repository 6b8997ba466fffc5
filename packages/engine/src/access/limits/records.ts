import { defineKind } from '../../kernel/record-access.ts';
import type { Kind } from '../../kernel/record-access.ts';
import type { RecordKind } from '../../store.ts';

/** What was granted of a limit in one of its windows, to all processes together. */
export interface LimitWindowRecord {
  /** Units that were used, or that a process has in hand. */
  readonly granted: number;
  /** Whether the tenant has been told that nothing is left. Absent in old records. */
  readonly reachedAnnounced?: boolean;
  readonly purgeAtMs: number;
}

/** By policy and beginning of the window; for a limit of a key's own, the key's id comes between. */
export const limitWindowKind: Kind<LimitWindowRecord> = defineKind({
  name: 'limit-windows',
  indexes: {},
  purgeField: 'purgeAtMs',
});

export const limitKinds: readonly RecordKind[] = [limitWindowKind];
