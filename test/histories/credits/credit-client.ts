import type { SeededRandom } from '../../faults/seeded-random.ts';
import { DrawsNearEnds } from '../draws-near-ends.ts';
import type { Client, ClientOptions, Draw } from '../family.ts';
import type { Answer, Command, HoldCommand } from './commands.ts';
import { KnownHolds } from './known-holds.ts';
import type { KnownHold } from './known-holds.ts';
import { objectsOf, unitCost } from './objects.ts';
import type { Objects } from './objects.ts';

const [shortTtlSeconds, longTtlSeconds] = [1, 60];

/** So few that clients record the same event. */
const eventCount = 6;

/** So few that clients pay the same payment. */
const paymentCount = 3;

/**
 * Holds, commits and uses credits at random, of customers that others use too, and reads them.
 * Some requests are sent close to the end of a hold.
 */
export class CreditClient implements Client<Command, Answer> {
  readonly #random: SeededRandom;
  readonly #objects: Objects;
  readonly #number: number;
  readonly #known = new KnownHolds();
  readonly #draws: DrawsNearEnds<KnownHold, Command>;

  constructor({ random, scope, number, requestCount }: ClientOptions) {
    this.#random = random;
    this.#objects = objectsOf(scope);
    this.#number = number;
    this.#draws = new DrawsNearEnds({
      random,
      requestCount,
      shortTtlMs: 1_000 * shortTtlSeconds,
      endsBetween: (fromMs, toMs) => this.#known.endingBetween(fromMs, toMs),
      drawForEnd: (hold) => this.#drawForEnd(hold),
      draw: () => this.#draw(),
    });
  }

  draw(nowMs: number): Draw<Command> {
    return this.#draws.next(nowMs);
  }

  learn(command: Command, answer: Answer): void {
    this.#known.learn(command, answer);
  }

  /** Ends the hold or brings it over its end, or takes what it gives back. */
  #drawForEnd(hold: KnownHold): Command {
    const kind = this.#random.fraction();
    if (kind < 0.6) return this.#drawWith(hold);
    return kind < 0.8 ? this.#drawHold(hold.customer) : this.#drawRead(hold.customer);
  }

  #draw(): Command {
    const { name: customer } = this.#random.pick(this.#objects.customers);
    const holds = this.#known.of(customer, { over: this.#random.chance(0.3) });
    if (holds.length > 0 && this.#random.chance(0.7)) return this.#drawWith(this.#random.pick(holds));
    const kind = this.#random.fraction();
    if (kind < 0.4) return this.#drawHold(customer);
    if (kind < 0.6) return this.#drawUse(customer);
    if (kind < 0.7) return this.#drawGrant(customer);
    if (kind < 0.78)
      return { type: 'adjust', customer, delta: (this.#random.chance(0.3) ? 1 : -1) * this.#drawUnits(4) * unitCost };
    return this.#drawRead(customer);
  }

  /** The label tells one hold from every other. */
  #drawHold(customer: string): Command {
    const ttlSeconds = this.#random.chance(0.55) ? shortTtlSeconds : longTtlSeconds;
    return {
      type: 'hold',
      customer,
      units: this.#drawUnits(8),
      ttlSeconds,
      label: `${this.#number}.${this.#draws.count}`,
    };
  }

  #drawWith({ customer, id, label }: HoldCommand): Command {
    const hold = { customer, id, label };
    const kind = this.#random.fraction();
    if (kind < 0.15) return { type: 'getHold', ...hold };
    if (kind < 0.35) return { type: 'release', ...hold };
    if (kind < 0.6) return this.#drawExtension(hold);
    const units = this.#random.chance(0.1) ? 0 : this.#drawUnits(10);
    return { type: 'commit', ...hold, units, isFinal: this.#random.chance(0.6) };
  }

  #drawExtension(hold: HoldCommand): Command {
    const units = this.#drawUnits(4);
    const ttlSeconds = this.#random.chance(0.7) ? shortTtlSeconds : longTtlSeconds;
    const kind = this.#random.fraction();
    if (kind < 0.3) return { type: 'extend', ...hold, units };
    return { type: 'extend', ...hold, ttlSeconds, ...(kind < 0.5 ? { units } : {}) };
  }

  #drawUse(customer: string): Command {
    const event = this.#random.chance(0.5) ? { eventId: `event-${this.#random.integer(eventCount)}` } : {};
    return { type: 'use', customer, units: this.#drawUnits(3), ...event };
  }

  /** Half of them are payments, of which some come again, and some with other credits. */
  #drawGrant(customer: string): Command {
    const credits = this.#drawUnits(2) * unitCost;
    const payment = this.#random.chance(0.5) ? { paymentId: `payment-${this.#random.integer(paymentCount)}` } : {};
    return { type: 'grant', customer, credits, ...payment };
  }

  #drawRead(customer: string): Command {
    return {
      type: this.#random.pick(['getAccount', 'getAccount', 'listHolds', 'listHolds', 'audit'] as const),
      customer,
    };
  }

  #drawUnits(most: number): number {
    return 1 + this.#random.integer(most);
  }
}
