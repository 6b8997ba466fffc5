import { randomUUID } from 'node:crypto';

import type { HeldCredits, Hold, Holdfast, HoldSummary, WithHoldOptions } from '@holdfast/sdk';

import { findWronglyDebited } from './debits.ts';
import type { Debit } from './debits.ts';
import type { HoldUse } from './hold-use.ts';
import { findLeft } from './left-behind.ts';
import type { LossyProxy, Outage } from './lossy-proxy.ts';
import type { LossyServer } from './lossy-server.ts';

/** Whose credits, and which metric, is not for a call to say. */
export interface UseOptions extends Omit<WithHoldOptions, 'customer' | 'metric' | 'metadata' | 'idempotencyKey'> {
  readonly work: string;
  /** Whether it can be run again. */
  readonly hasKey?: boolean;
}

/** Returns the units that it used. */
export type Section = (hold: HeldCredits) => number | Promise<number>;

/** A hold of unknown outcome is looked into for 30 s at most, and released within another 30 s. */
const longestGiveBackMs = 60_000;

const unitCost = 7;

/** Calls `withHold` for one customer on a lossy network, and looks on a good one at what has become of its credits. */
export class HoldUsers {
  readonly proxy: LossyProxy;
  readonly customer: string;
  readonly uses: HoldUse[] = [];
  /** Requests that a reliable network would have needed. Each of them may have been sent several times. */
  neededCount = 0;
  /** The holds of which a hook was told that they could not be released; null for one of which nobody knows. */
  readonly unreleased: (string | null)[] = [];
  readonly #server: LossyServer;
  readonly #metric: string;

  private constructor(server: LossyServer, proxy: LossyProxy, customer: string, metric: string) {
    this.#server = server;
    this.proxy = proxy;
    this.customer = customer;
    this.#metric = metric;
  }

  /** @param units - What the customer's credits are enough for. */
  static async start(server: LossyServer, units: number, outage?: Outage): Promise<HoldUsers> {
    const { credits } = server.direct;
    const [customer, metric] = [randomUUID(), randomUUID()];
    await credits.topUp({ customer, credits: units * unitCost });
    await credits.metrics.create({ key: metric });
    await credits.rules.create({ billable_metric_key: metric, cost_type: 'per_unit', unit_cost: unitCost });
    return new HoldUsers(server, await server.openProxy(outage), customer, metric);
  }

  /** A program of its own. */
  newClient(): Holdfast {
    return this.#server.clientOn(this.proxy, {
      onRequest: ({ attempt }) => void (this.neededCount += attempt === 1 ? 1 : 0),
      onHoldReleaseFailed: ({ holdId }) => this.unreleased.push(holdId),
    });
  }

  /** A program that a reliable network connects. */
  get direct(): Holdfast {
    return this.#server.direct;
  }

  async use(client: Holdfast, { work, hasKey = false, ...options }: UseOptions, section: Section): Promise<HoldUse> {
    let hold: HeldCredits | undefined;
    let [beganAtMs, endedAtMs] = [0, 0];
    let returned: number | undefined;
    const idempotencyKey = hasKey ? `${work} of ${this.customer}` : undefined;
    const about = { customer: this.customer, metric: this.#metric, metadata: { work }, idempotencyKey };
    const call = client.withHold({ ...options, ...about }, async (held) => {
      hold = held;
      beganAtMs = endedAtMs = performance.now();
      try {
        return (returned = await section(held));
      } finally {
        endedAtMs = performance.now();
      }
    });
    const result = await call.then(
      (outcome) => ({ outcome, error: undefined }),
      (error: unknown) => ({ outcome: undefined, error }),
    );
    const use = { work, hold, returned, ranForMs: endedAtMs - beganAtMs, ...result };
    this.uses.push(use);
    return use;
  }

  /** What is held when all is over, background work included, but for the holds that a hook was told of. */
  async findLeftBehind(): Promise<readonly string[]> {
    const held = await findLeft(this.proxy, longestGiveBackMs, () => this.#findHeld());
    return held.map(({ id, metadata }) => `${String(metadata['work'])}: ${id} is held\n${this.proxy.historyOf(id)}`);
  }

  /** The live holds that no hook was told of. */
  async #findHeld(): Promise<readonly HoldSummary[]> {
    const held = (await this.#holds()).filter(({ status }) => status === 'active');
    const known = held.filter(({ id }) => !this.unreleased.includes(id));
    return known.slice(this.unreleased.filter((id) => id === null).length);
  }

  /** What has become of each hold. */
  async statuses(): Promise<readonly Hold['status'][]> {
    return (await this.#holds()).map(({ status }) => status);
  }

  /** Everything that was debited otherwise than the calls said, in sentences, and what the audit finds fault with. */
  async findWrongs(): Promise<readonly string[]> {
    const wrongs = findWronglyDebited(this.uses, await this.debits(), unitCost);
    const { faults } = await this.direct.credits.audit(this.customer);
    return [...faults, ...wrongs.map(({ work, wrong }) => `${work}: ${wrong}\n${this.proxy.historyOf(work)}`)];
  }

  /** What was debited from the customer, by the ledger. */
  async debits(): Promise<readonly Debit[]> {
    const worksByHold = new Map((await this.#holds()).map(({ id, metadata }) => [id, String(metadata['work'])]));
    const entries = await rowsOf(this.direct.credits.transactions(this.customer, { type: 'consumption', limit: 200 }));
    return entries.map(({ reference_id: holdId, balance_delta: delta, units }) => {
      const work = worksByHold.get(String(holdId)) ?? `nobody knows what (${holdId})`;
      return { work, holdId: String(holdId), units: units ?? 0, cost: -delta };
    });
  }

  #holds(): Promise<readonly HoldSummary[]> {
    return rowsOf(this.direct.credits.holds(this.customer, { limit: 200 }));
  }
}

async function rowsOf<Row>(list: AsyncIterable<Row>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const row of list) rows.push(row);
  return rows;
}
