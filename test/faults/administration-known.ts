import type { ApiKey, Tenant, Tier } from '@holdfast/contract';

import { describeEntry } from './family.ts';
import type { AnsweredEntry } from './family.ts';

/** The last lines of a journal tell what is wrong. */
const mostLines = 12;

/** An API key as its worker knows it, from answers alone. */
export interface KnownKey {
  readonly worker: number;
  /** As it was answered last, but for when it was used. */
  row: KeyRow;
  /** Its value; undefined if the answer that had it got lost. */
  value: string | undefined;
  /** Values that are valid no longer. */
  readonly ended: string[];
}

export type KeyRow = Omit<ApiKey, 'last_used_at'>;

export interface KnownTenant {
  readonly worker: number;
  row: Tenant;
}

/** What has been answered about tenants, tiers and keys. Each belongs to one worker. */
export class KnownAccess {
  readonly tenants = new Map<string, KnownTenant>();
  readonly tiers = new Map<string, Tier>();
  readonly keys = new Map<string, KnownKey>();
  /** Keys, and keys of tenants, that something was answered about since they were looked at. */
  readonly changed = new Set<string>();
  readonly #entries: AnsweredEntry[] = [];

  keysOf(tenantId: string): readonly KnownKey[] {
    return [...this.keys.values()].filter(({ row }) => row.tenant_id === tenantId);
  }

  isInUse(tier: string): boolean {
    return [...this.tenants.values()].some(({ row }) => row.tier === tier);
  }

  note(entry: AnsweredEntry): void {
    this.#entries.push(entry);
  }

  /** The last lines of the journal that have a text in them. */
  journalOf(text: string): readonly string[] {
    const about = this.#entries.map(describeEntry).filter((line) => line.includes(text));
    return about.slice(-mostLines);
  }
}
