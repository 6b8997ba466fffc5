import type { HeldLock } from '@holdfast/sdk';

/**
 * What sections do under their locks, and whether two were at it at once. It keeps to what `withLock` promises: a
 * section has its resource to itself until its signal aborts, and later sections have greater fencing tokens.
 */
export class Sections {
  /** In sentences; empty if the promises were kept. */
  readonly violations: string[] = [];
  readonly #inside = new Map<string, Set<HeldLock>>();
  readonly #greatestTokens = new Map<string, number>();

  /** Runs a section that writes as often as it likes, each time with its fencing token. */
  async run<Value>(lock: HeldLock, section: (write: () => void) => Promise<Value>): Promise<Value> {
    const inside = this.#inside.get(lock.resource) ?? new Set();
    this.#inside.set(lock.resource, inside);
    this.#enter(lock, inside);
    try {
      this.#write(lock);
      return await section(() => this.#write(lock));
    } finally {
      inside.delete(lock);
    }
  }

  #enter(lock: HeldLock, inside: Set<HeldLock>): void {
    const unaware = [...inside].filter(({ signal }) => !signal.aborted);
    if (unaware.length > 0) this.#object(lock, `came in to ${unaware.map(({ requester }) => requester).join(', ')}`);
    const greatest = this.#greatestTokens.get(lock.resource) ?? 0;
    if (lock.fencingToken <= greatest) this.#object(lock, `has token ${lock.fencingToken} after ${greatest}`);
    inside.add(lock);
  }

  /** What a lock protects should do: refuse whoever comes with an older token than it has seen. */
  #write(lock: HeldLock): void {
    const greatest = this.#greatestTokens.get(lock.resource) ?? 0;
    if (lock.fencingToken >= greatest) this.#greatestTokens.set(lock.resource, lock.fencingToken);
    else if (!lock.signal.aborted) this.#object(lock, 'wrote after a later one without having been told to stop');
  }

  #object({ resource, requester }: HeldLock, what: string): void {
    this.violations.push(`In ${resource}, ${requester} ${what}.`);
  }
}
