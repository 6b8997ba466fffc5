import type { SeededRandom } from '../../faults/seeded-random.ts';
import type { Client, ClientOptions, Draw } from '../family.ts';
import type { Answer, Command } from './commands.ts';
import { keysOf, knownValuesOf, tenantsOf } from './objects.ts';

/** From shortly after a change to later than any process may have missed it. */
const longestWaitMs = 5_500;

/** Uses keys, changes them now and then, and spends what tenants have. Once it waits, so that what was read gets old. */
export class AccessClient implements Client<Command, Answer> {
  readonly #random: SeededRandom;
  readonly #keys: readonly string[];
  readonly #tenants: readonly string[];
  readonly #waitsBefore: number;
  #drawn = 0;

  constructor({ random, scope, requestCount }: ClientOptions) {
    this.#random = random;
    this.#keys = keysOf(scope);
    this.#tenants = tenantsOf(scope);
    this.#waitsBefore = 1 + random.integer(requestCount - 1);
  }

  draw(nowMs: number): Draw<Command> {
    const waitMs = this.#drawn === this.#waitsBefore ? this.#random.fraction() * longestWaitMs : 0;
    this.#drawn += 1;
    return { command: this.#draw(), sendAtMs: nowMs + waitMs };
  }

  /** Whoever sends takes in new values: they are no part of a history. */
  learn(): void {}

  #draw(): Command {
    const random = this.#random;
    const kind = random.fraction();
    if (kind < 0.35) return this.#spending();
    const key = random.pick(this.#keys);
    if (kind < 0.8) return { type: 'use', key, value: this.#value(key) };
    if (kind < 0.87) return { type: 'rotate', key };
    if (kind < 0.97) return { type: random.pick(['narrow', 'widen'] as const), key };
    return { type: 'revoke', key };
  }

  #spending(): Command {
    const random = this.#random;
    return { type: 'spend', tenant: random.pick(this.#tenants), resource: `spent-${random.integer(2 ** 32)}` };
  }

  /** Mostly the newest one. */
  #value(key: string): string {
    const known = knownValuesOf(key);
    return this.#random.chance(0.7) ? known.at(-1)! : this.#random.pick(known);
  }
}
