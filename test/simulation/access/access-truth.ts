import type { Place, Scope } from '@holdfast/engine';
import type { Commit, RecordValue, Store } from '@holdfast/engine/store';

import { withCommit } from '../store/broken-stores.ts';

/** What the store says of a key, as far as it decides who may go on. */
export interface KeyState extends Place {
  readonly label: string;
  readonly keyHash: string;
  readonly previous: { readonly keyHash: string; readonly validUntilMs: number } | null;
  readonly scopes: readonly Scope[] | null;
  readonly revokedAtMs: number | null;
}

export interface TenantState {
  readonly suspended: boolean;
}

/** What was written, and when by the world's time. */
export interface Written<State> {
  readonly atMs: number;
  readonly state: State;
}

/** What was done to a key or a tenant, as it was written down for the audit. */
export interface Deed {
  readonly type: string;
  /** The key's id or the tenant's. */
  readonly subject: string;
  /** Of a key. */
  readonly label: string | undefined;
}

/** Where events wait for their numbers; what deletes them there only numbers them. */
const pendingEvents = 'pending-events';

/** All that was ever committed of keys and tenants, which no process can know. */
export class AccessTruth {
  /** By id, the first version first. */
  readonly keys = new Map<string, Written<KeyState>[]>();
  readonly tenants = new Map<string, Written<TenantState>[]>();
  /** Each once, although those whom it concerns each have an event of it. */
  readonly deeds: Deed[] = [];
  /** Keys that were rotated twice in one commit, so that nobody ever saw the first of two values. */
  readonly #rotatedTwice = new Set<string>();
  /** The ids of keys, by the hashes of all values that they ever had. */
  readonly keyIds = new Map<string, string>();
  readonly #auditedOutbox: string;

  /** @param auditedOutbox - The partition with the events of whoever does everything. */
  constructor(auditedOutbox: string) {
    this.#auditedOutbox = auditedOutbox;
  }

  /** The same store, of which nothing is missed. */
  observe(store: Store, nowMs: () => number, onCommit: (commit: Commit) => void): Store {
    return withCommit(store, async (commit, deadlineMs) => {
      const result = await store.commit(commit, deadlineMs);
      if (result.status !== 'committed') return result;
      onCommit(commit);
      const before = this.deeds.length;
      const isOfEffect = !commit.writes.some(
        (write) => write.type === 'delete' && write.key.kind.name === pendingEvents,
      );
      for (const write of commit.writes) {
        if (write.type === 'delete') continue;
        const { kind, partition, id } = write.key;
        const written = { atMs: nowMs(), state: write.value as unknown };
        if (kind.name === 'tenants') noteIn(this.tenants, id, written as Written<TenantState>);
        const isAudit = isOfEffect && partition === this.#auditedOutbox;
        if (isAudit && [pendingEvents, 'event-log'].includes(kind.name)) this.#noteEvents(write.value);
        if (kind.name === 'api-key-records') this.#noteKey(id, written as Written<KeyState>);
      }
      this.#noteTogether(this.deeds.slice(before));
      return result;
    });
  }

  /** Whether nobody may ever have seen a value that a key was given. */
  mayLackValueOf(id: string): boolean {
    return this.#rotatedTwice.has(id);
  }

  #noteTogether(deeds: readonly Deed[]): void {
    const rotated = deeds.filter(({ type }) => type === 'key.rotated').map(({ subject }) => subject);
    for (const [index, id] of rotated.entries()) if (rotated.indexOf(id) < index) this.#rotatedTwice.add(id);
  }

  #noteEvents({ eventsJson }: RecordValue): void {
    for (const { type, data } of JSON.parse(String(eventsJson)) as readonly WrittenEvent[]) {
      const { api_key_id: keyId, tenant_id: tenantId, label } = data;
      if (/^(?:key|tenant)\./u.test(type)) this.deeds.push({ type, subject: keyId ?? tenantId!, label });
    }
  }

  #noteKey(id: string, written: Written<KeyState>): void {
    noteIn(this.keys, id, written);
    const { keyHash, previous } = written.state;
    this.keyIds.set(keyHash, id);
    if (previous !== null) this.keyIds.set(previous.keyHash, id);
  }
}

interface WrittenEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

function noteIn<State>(all: Map<string, Written<State>[]>, id: string, written: Written<State>): void {
  const versions = all.get(id);
  if (versions === undefined) all.set(id, [written]);
  else versions.push(written);
}

/** The version that counted at a time; undefined before the first. */
export function versionAt<State>(versions: readonly Written<State>[], timeMs: number): State | undefined {
  return versions.findLast(({ atMs }) => atMs <= timeMs)?.state;
}
