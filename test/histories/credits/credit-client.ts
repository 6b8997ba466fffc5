import type { SeededRandom } from '../../faults/seeded-random.ts';
import { DrawsNearEnds } from '../draws-near-ends.ts';
import type { Client, ClientOptions, Draw } from '../family.ts';
import type { Answer, Command, HoldCommand } from './commands.ts';
import { KnownBlocks } from './known-blocks.ts';
import type { KnownBlock } from './known-blocks.ts';
import { KnownHolds } from './known-holds.ts';
import type { KnownHold } from './known-holds.ts';
import { customerOf, objectsOf, unitCost } from './objects.ts';
import type { Objects } from './objects.ts';

const [shortTtlSeconds, longTtlSeconds] = [1, 60];

/** So few that clients record the same event. */
const eventCount = 6;

/** So few that clients pay the same payment. */
const paymentCount = 3;

/** How soon granted credits expire, in milliseconds: short holds outlive most of them. */
const [soonestExpiryMs, latestExpiryMs] = [200, 1_300];

/**
 * Holds, commits and uses credits at random, of customers that others use too, and reads them.
 * Some requests are sent close to the end of a hold, or to when credits expire.
 */
export class CreditClient implements Client<Command, Answer> {
  readonly #random: SeededRandom;
  readonly #objects: Objects;
  readonly #number: number;
  readonly #known = new KnownHolds();
  readonly #blocks = new KnownBlocks();
  readonly #draws: DrawsNearEnds<KnownHold | KnownBlock, Command>;
  #nowMs = 0;
  #hasGrantedExpiring = false;

  constructor({ random, scope, number, requestCount }: ClientOptions) {
    this.#random = random;
    this.#objects = objectsOf(scope);
    this.#number = number;
    this.#draws = new DrawsNearEnds({
      random,
      requestCount,
      shortTtlMs: 1_000 * shortTtlSeconds,
      endsBetween: (fromMs, toMs) => {
        return [...this.#known.endingBetween(fromMs, toMs), ...this.#blocks.expiringBetween(fromMs, toMs)];
      },
      drawForEnd: (end) => (isHold(end) ? this.#drawForEnd(end) : this.#drawForExpiry(end)),
      draw: () => this.#draw(),
    });
  }

  draw(nowMs: number): Draw<Command> {
    this.#nowMs = nowMs;
    return this.#draws.next(nowMs);
  }

  learn(command: Command, answer: Answer): void {
    this.#known.learn(command, answer);
    this.#blocks.learn(command, answer);
  }

  /** Ends the hold or brings it over its end, or takes what it gives back. */
  #drawForEnd(hold: KnownHold): Command {
    const kind = this.#random.fraction();
    if (kind < 0.6) return this.#drawWith(hold);
    return kind < 0.8 ? this.#drawHold(hold.customer) : this.#drawRead(hold.customer);
  }

  /** Takes what is about to expire, or ends what holds some of it. */
  #drawForExpiry({ customer }: KnownBlock): Command {
    const kind = this.#random.fraction();
    if (kind < 0.35) return this.#drawRead(customer);
    if (kind < 0.5) return this.#drawHold(customer);
    if (kind < 0.65) return this.#drawUse(customer);
    const holds = this.#known.of(customer, { over: false });
    return holds.length > 0 ? this.#drawWith(this.#random.pick(holds)) : this.#drawHold(customer);
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

  #drawHold(customer: string): Command {
    const ttlSeconds = this.#random.chance(0.55) ? shortTtlSeconds : longTtlSeconds;
    return {
      type: 'hold',
      customer,
      units: this.#drawUnits(8),
      ttlSeconds,
      label: this.#label,
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

  /** Half of them are payments, of which some come again, and some with other credits. Few expire. */
  #drawGrant(customer: string): Command {
    if (customerOf(customer).grantsExpire && !this.#hasGrantedExpiring) return this.#drawExpiringGrant(customer);
    const credits = this.#drawUnits(2) * unitCost;
    if (!this.#random.chance(0.5)) return { type: 'grant', customer, credits, label: this.#label };
    return { type: 'grant', customer, credits, paymentId: `payment-${this.#random.integer(paymentCount)}` };
  }

  #drawExpiringGrant(customer: string): Command {
    this.#hasGrantedExpiring = true;
    const lastingMs = soonestExpiryMs + this.#random.integer(latestExpiryMs - soonestExpiryMs);
    const credits = this.#drawUnits(8) * unitCost;
    const expiresAtMs = Math.floor(this.#nowMs) + lastingMs;
    return { type: 'grant', customer, credits, label: this.#label, expiresAtMs };
  }

  #drawRead(customer: string): Command {
    return {
      type: this.#random.pick(['getAccount', 'getAccount', 'listHolds', 'listHolds', 'audit'] as const),
      customer,
    };
  }

  /** Tells what is made from everything else. */
  get #label(): string {
    return `${this.#number}.${this.#draws.count}`;
  }

  #drawUnits(most: number): number {
    return 1 + this.#random.integer(most);
  }
}

function isHold(end: KnownHold | KnownBlock): end is KnownHold {
  return 'label' in end;
}
