import type { EventLoop } from './time-slices.ts';

/**
 * Rations work per turn of the event loop. Of many pieces that are ready at the same moment each is quick; all of them
 * in one turn would block everybody else.
 */
export class Rations {
  readonly #schedule: EventLoop['schedule'];
  readonly #perTurn: number;
  readonly #waiting: { readonly amount: number; readonly begin: () => void }[] = [];
  #givenInTurn = 0;

  /** @param perTurn - The most work of one turn; a single larger piece is let through. */
  constructor(schedule: EventLoop['schedule'], perTurn: number) {
    this.#schedule = schedule;
    this.#perTurn = perTurn;
  }

  /** Resolves when a piece of this much work may start; undefined: at once. */
  take(amount: number): Promise<void> | undefined {
    if (amount === 0) return undefined;
    if (this.#waiting.length > 0 || !this.#hasRoomFor(amount)) {
      return new Promise((begin) => {
        this.#waiting.push({ amount, begin });
      });
    }
    this.#give(amount);
    return undefined;
  }

  #hasRoomFor(amount: number): boolean {
    return this.#givenInTurn === 0 || this.#givenInTurn + amount <= this.#perTurn;
  }

  #give(amount: number): void {
    if (this.#givenInTurn === 0) this.#schedule(() => this.#beginTurn());
    this.#givenInTurn += amount;
  }

  #beginTurn(): void {
    this.#givenInTurn = 0;
    for (let next = this.#waiting[0]; next !== undefined && this.#hasRoomFor(next.amount); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#give(next.amount);
      next.begin();
    }
  }
}
