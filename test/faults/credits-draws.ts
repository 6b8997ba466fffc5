import type { KnownHold } from './credits-known.ts';
import { metric } from './credits-known.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Write } from './wire-client.ts';

export const unitCost = 1_000;

const shared = ['customer/a', 'customer/b', 'customer/c'];
const debtor = { external_id: 'debtor', overage_policy: 'allow', overage_limit: 50 * unitCost };

/** Those whose credits all workers spend, by their external ids. */
export const customers = [...shared, debtor.external_id];

/** What each of them has at first. */
export const firstCredits = 200 * unitCost;

/** Whether usage may take more than there is. */
export function mayOwe(name: string): boolean {
  return name === debtor.external_id;
}

const [briefTtlSeconds, longTtlSeconds] = [1, 3_600];

/** With this much beside it, a hold fills some pages of the log, so that a checkpoint is due before long. */
const padding = { padding: 'x'.repeat(3_000) };

/** What is to be there before the load begins. */
export function preparations(): readonly Write[] {
  const rule = { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: unitCost };
  return [
    { operationId: 'createMetric', body: { key: metric } },
    { operationId: 'createMeteringRule', body: rule },
    { operationId: 'createCustomer', body: debtor },
    ...customers.map((name) => topUp(name, firstCredits)),
  ];
}

/** Writes at random, as workers make them who know their own holds. */
export class CreditDraws {
  readonly #random: SeededRandom;
  #newCustomers = 0;
  #events = 0;
  #payments = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** The next write of a worker who has made these holds. */
  draw(own: readonly KnownHold[]): Write {
    const random = this.#random;
    const live = own.filter(({ end }) => end === undefined);
    if (live.length > 0 && random.chance(0.15)) return this.#extension(random.pick(live));
    if (live.length > 0 && random.chance(live.length / 4)) return this.#ending(random.pick(live));
    if (own.length > 0 && random.chance(0.03)) return this.#ending(random.pick(own));
    return this.#drawForCustomer();
  }

  #drawForCustomer(): Write {
    const random = this.#random;
    const name = random.pick(customers);
    const kind = random.fraction();
    if (kind < 0.5) return this.#hold(name);
    if (kind < 0.65) return { operationId: 'recordUsage', body: this.#usage(name) };
    if (kind < 0.73) return this.#batch();
    const path = { external_id: name };
    if (kind < 0.85) {
      return { operationId: 'grantCreditsByExternalId', path, body: { credits: this.#amount(30), source: 'test' } };
    }
    if (kind < 0.92) {
      const delta = this.#amount(6) * (random.chance(0.5) ? 1 : -1);
      return { operationId: 'adjustCreditsByExternalId', path, body: { delta, reason: 'test' } };
    }
    if (random.chance(0.5)) return this.#payment(name);
    return topUp(random.chance(0.5) ? name : this.#newName(), this.#amount(30));
  }

  #hold(name: string): Write {
    const random = this.#random;
    const ttlSeconds = random.chance(0.2) ? briefTtlSeconds : longTtlSeconds;
    const metadata = random.chance(0.2) ? { metadata: padding } : {};
    const body = { ...toUse(name), estimated_units: this.#units(10), ttl_seconds: ttlSeconds, ...metadata };
    return { operationId: 'createHold', body };
  }

  #ending({ id }: KnownHold): Write {
    if (this.#random.chance(0.35)) return { operationId: 'releaseHold', path: { id }, body: undefined };
    const body = { actual_units: this.#random.integer(12), final: this.#random.chance(0.7) };
    return { operationId: 'commitHold', path: { id }, body };
  }

  #extension({ id }: KnownHold): Write {
    const units = this.#random.chance(0.5) ? { additional_units: this.#units(3) } : {};
    return { operationId: 'extendHold', path: { id }, body: { ttl_seconds: longTtlSeconds, ...units } };
  }

  /** Of several customers, and so of several partitions. */
  #batch(): Write {
    const names = this.#random.sample(customers, 2 + this.#random.integer(3));
    return { operationId: 'recordUsageBatch', body: { events: names.map((name) => this.#usage(name)) } };
  }

  /** Some events are sent again, under another idempotency key. */
  #usage(name: string) {
    if (this.#random.chance(0.3)) return { ...toUse(name), units: this.#units(3) };
    if (this.#events === 0 || this.#random.chance(0.8)) this.#events += 1;
    return toEvent(name, `event-${this.#events}`);
  }

  /** Some payments are credited again, under another idempotency key. */
  #payment(name: string): Write {
    if (this.#payments === 0 || this.#random.chance(0.6)) this.#payments += 1;
    return toPayment(name, `payment-${this.#payments}`);
  }

  #units(most: number): number {
    return 1 + this.#random.integer(most);
  }

  #amount(mostUnits: number): number {
    return this.#units(mostUnits) * unitCost;
  }

  #newName(): string {
    this.#newCustomers += 1;
    return `new/${this.#newCustomers}`;
  }
}

function toUse(name: string) {
  return { external_customer_id: name, billable_metric_key: metric };
}

function topUp(name: string, amount: number): Write {
  return { operationId: 'topUp', body: { external_customer_id: name, credits: amount } };
}

/** An event that says the same whenever it is sent. */
export function toEvent(name: string, eventId: string) {
  return { ...toUse(name), units: 1 + (numberOf(eventId) % 3), event_id: eventId };
}

/** A payment that buys the same whenever it is credited. */
export function toPayment(name: string, paymentId: string): Write {
  const { operationId, body } = topUp(name, (1 + (numberOf(paymentId) % 30)) * unitCost);
  return { operationId, body: { ...(body as object), external_payment_id: paymentId }, mayBeKnown: true };
}

function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}
