/** Somebody who can be told that it is his turn. */
export interface Waiter {
  wake(): void;
}

/** How many attempts a process makes at the same time. Whoever finds none free gets the next, first come, first served. */
export class Slots {
  readonly #waiting = new Set<Waiter>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes up to so many, and returns how many: none while others have waited longer. */
  take(who: Waiter, wanted: number): number {
    const [first] = this.#waiting;
    if (first !== undefined && first !== who) return 0;
    this.#waiting.delete(who);
    const taken = Math.min(wanted, this.#free);
    this.#free -= taken;
    this.#callNext();
    return taken;
  }

  release(count: number): void {
    this.#free += count;
    this.#callNext();
  }

  /** Wakes `who` when it is his turn. */
  wait(who: Waiter): void {
    this.#waiting.add(who);
    this.#callNext();
  }

  isWaiting(who: Waiter): boolean {
    return this.#waiting.has(who);
  }

  /** He doesn't wait any more. */
  leave(who: Waiter): void {
    if (this.#waiting.delete(who)) this.#callNext();
  }

  #callNext(): void {
    const [first] = this.#waiting;
    if (this.#free > 0) first?.wake();
  }
}
