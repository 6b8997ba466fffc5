import type { Store } from '@holdfast/engine';
import type { ReadRequest } from '@holdfast/engine/store';

import type { CrashMoment } from '../program/program.ts';

/** A store as one process sees it, which can be killed: from then on nothing comes back, and nothing gets through. */
export class KillableStore {
  readonly store: Store;
  readonly #real: Store;
  #isDead = false;
  #commitsLeft = Number.POSITIVE_INFINITY;
  #moment: CrashMoment = 'beforeCommit';

  constructor(real: Store) {
    this.#real = real;
    this.store = new Proxy(real, { get: (target, property) => this.#wrap(Reflect.get(target, property)) });
  }

  kill(): void {
    this.#isDead = true;
  }

  /** Kills it at the commit with that number, counted from 1, before it gets through or before it comes back. */
  killAtCommit(number: number, moment: CrashMoment): void {
    this.#commitsLeft = number;
    this.#moment = moment;
  }

  #wrap(member: unknown): unknown {
    if (typeof member !== 'function') return member;
    if (member === this.#real.readNow) {
      return (request: ReadRequest) => (this.#isDead ? undefined : this.#real.readNow?.(request));
    }
    return async (...parameters: readonly unknown[]) => {
      if (member === this.#real.commit) this.#count('beforeCommit');
      if (this.#isDead) return never();
      const result: unknown = await Reflect.apply(member, this.#real, parameters);
      if (member === this.#real.commit) this.#count('afterCommit');
      return this.#isDead ? never() : result;
    };
  }

  #count(moment: CrashMoment): void {
    if (moment === 'beforeCommit') this.#commitsLeft -= 1;
    if (this.#commitsLeft <= 0 && this.#moment === moment) this.#isDead = true;
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
