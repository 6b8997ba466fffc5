import type { Commit, Write } from '@holdfast/engine/store';

/** As much of a lock's record as says whether somebody has it. */
interface LockRecord {
  readonly requester: string | null;
  readonly claims: readonly { readonly expiresAtMs: number | null }[];
}

/** Sees every lock of a tenant, and how many are said to be there. */
export class LockWatch {
  readonly broken: string[] = [];
  readonly #partition: string;
  readonly #limit: number;
  readonly #locks = new Map<string, LockRecord>();
  #counted = 0;
  /** How often all of the limit was used. */
  fullCount = 0;

  constructor(partition: string, limit: number) {
    this.#partition = partition;
    this.#limit = limit;
  }

  /** How many there are, those that have lapsed and haven't been ended among them. */
  get count(): number {
    return this.#locks.size;
  }

  note({ writes, nowMs }: Commit): void {
    const ours = writes.filter(({ key }) => key.partition === this.#partition);
    if (ours.length === 0) return;
    for (const write of ours) this.#take(write);
    const living = [...this.#locks.values()].filter(({ claims }) =>
      claims.some(({ expiresAtMs }) => {
        return expiresAtMs === null || expiresAtMs > nowMs;
      }),
    );
    if (living.length === this.#limit) this.fullCount += 1;
    if (living.length > this.#limit) this.broken.push(`There were ${living.length} locks at ${nowMs}.`);
    if (this.#counted !== this.count) {
      this.broken.push(`At ${nowMs} there were ${this.count} locks, and ${this.#counted} were counted.`);
    }
  }

  #take(write: Write): void {
    const { kind, id } = write.key;
    const value: unknown = write.type === 'delete' ? undefined : write.value;
    if (kind.name === 'lock-counts') this.#counted = (value as { readonly count: number } | undefined)?.count ?? 0;
    if (kind.name !== 'locks') return;
    const lock = value as LockRecord | undefined;
    if (lock === undefined || lock.requester === null) this.#locks.delete(id);
    else this.#locks.set(id, lock);
  }
}
