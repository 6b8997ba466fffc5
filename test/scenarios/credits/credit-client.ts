import type { OperationTypes } from '@holdfast/contract';
import { expect } from 'vitest';

import type { Scenario, WireAnswer } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';

/** What an operation answers with when it succeeds. */
export type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];

/** A customer, by both of its ids. */
export interface CustomerIds {
  readonly id: string;
  readonly externalId: string;
}

export type Balances = Result<'createHold'>['account'];

export type Transaction = Result<'listTransactions'>['data'][number];

/** What a metering rule says beyond its metric. */
export type Prices = Readonly<Record<string, unknown>>;

interface Identified {
  readonly id: string;
}

/** The credits of one tenant, on the wire itself. What isn't named `ask…` must be answered with success. */
export class CreditClient {
  readonly #scenario: Scenario;
  readonly #apiKey: string;
  readonly #metricsByCost = new Map<number, Promise<string>>();

  constructor(scenario: Scenario, apiKey: string = apiKeys.live) {
    this.#scenario = scenario;
    this.#apiKey = apiKey;
  }

  ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WireAnswer> {
    return this.#scenario.send(method, path, { body, headers, apiKey: this.#apiKey });
  }

  async get<Id extends keyof OperationTypes>(path: string): Promise<Result<Id>> {
    return successOf<Id>(await this.ask('GET', path));
  }

  async post<Id extends keyof OperationTypes>(path: string, body?: unknown): Promise<Result<Id>> {
    return successOf<Id>(await this.ask('POST', path, body));
  }

  async patch<Id extends keyof OperationTypes>(path: string, body: unknown): Promise<Result<Id>> {
    return successOf<Id>(await this.ask('PATCH', path, body));
  }

  /** A new customer, with one block of so many credits. */
  async open(credits = 0): Promise<CustomerIds> {
    const externalId = this.#scenario.unique('customer');
    if (credits === 0) return { id: (await this.createCustomer({ external_id: externalId })).id, externalId };
    const { customer_id: id } = await this.topUp({ external_customer_id: externalId, credits });
    return { id, externalId };
  }

  createCustomer(body: object): Promise<Result<'createCustomer'>> {
    return this.post<'createCustomer'>('/v1/customers', body);
  }

  topUp(body: object): Promise<Result<'topUp'>> {
    return this.post<'topUp'>('/v1/topup/grant', body);
  }

  grant({ id }: CustomerIds, credits: number, more: object = {}): Promise<Result<'grantCredits'>> {
    return this.post<'grantCredits'>(`/v1/customers/${id}/credits/grant`, { credits, source: 'promotion', ...more });
  }

  adjust({ id }: CustomerIds, delta: number, reason = 'correction'): Promise<Result<'adjustCredits'>> {
    return this.post<'adjustCredits'>(`/v1/customers/${id}/credits/adjust`, { delta, reason });
  }

  /** A metric of which each unit costs that much; always the same one. */
  metricAt(unitCost: number): Promise<string> {
    const known = this.#metricsByCost.get(unitCost) ?? this.metric({ cost_type: 'per_unit', unit_cost: unitCost });
    this.#metricsByCost.set(unitCost, known);
    return known;
  }

  /** A metric of its own; without prices, none that can be used. */
  async metric(prices?: Prices): Promise<string> {
    const key = this.#scenario.unique('metric');
    await this.post<'createMetric'>('/v1/billable-metrics', { key });
    if (prices !== undefined) await this.price(key, prices);
    return key;
  }

  price(metricKey: string, prices: Prices): Promise<Result<'createMeteringRule'>> {
    return this.post<'createMeteringRule'>('/v1/metering-rules', { billable_metric_key: metricKey, ...prices });
  }

  async hold(
    customer: CustomerIds,
    metricKey: string,
    units: number,
    more: object = {},
  ): Promise<Result<'createHold'>> {
    return successOf<'createHold'>(await this.askHold(customer, metricKey, units, more));
  }

  askHold(customer: CustomerIds, metricKey: string, units: number, more: object = {}): Promise<WireAnswer> {
    return this.ask('POST', '/v1/reserve', {
      external_customer_id: customer.externalId,
      billable_metric_key: metricKey,
      estimated_units: units,
      ...more,
    });
  }

  getHold({ id }: Identified): Promise<Result<'getHold'>> {
    return this.get<'getHold'>(`/v1/reserve/${id}`);
  }

  async commit(hold: Identified, units: number, more: object = {}): Promise<Result<'commitHold'>> {
    return successOf<'commitHold'>(await this.askCommit(hold, units, more));
  }

  askCommit({ id }: Identified, units: number, more: object = {}): Promise<WireAnswer> {
    return this.ask('POST', `/v1/reserve/${id}/commit`, { actual_units: units, ...more });
  }

  async release(hold: Identified): Promise<Result<'releaseHold'>> {
    return successOf<'releaseHold'>(await this.askRelease(hold));
  }

  askRelease({ id }: Identified): Promise<WireAnswer> {
    return this.ask('POST', `/v1/reserve/${id}/release`);
  }

  async extend(hold: Identified, body: object): Promise<Result<'extendHold'>> {
    return successOf<'extendHold'>(await this.askExtend(hold, body));
  }

  askExtend({ id }: Identified, body: object): Promise<WireAnswer> {
    return this.ask('POST', `/v1/reserve/${id}/extend`, body);
  }

  async use(
    customer: CustomerIds,
    metricKey: string,
    units: number,
    more: object = {},
  ): Promise<Result<'recordUsage'>> {
    return successOf<'recordUsage'>(await this.askUse(customer, metricKey, units, more));
  }

  askUse(customer: CustomerIds, metricKey: string, units: number, more: object = {}): Promise<WireAnswer> {
    const event = { external_customer_id: customer.externalId, billable_metric_key: metricKey, units, ...more };
    return this.ask('POST', '/v1/usage', event);
  }

  account({ id }: CustomerIds): Promise<Result<'getAccount'>> {
    return this.get<'getAccount'>(`/v1/customers/${id}/credits?include_blocks=true`);
  }

  async balances(customer: CustomerIds): Promise<Balances> {
    const { balance, reserved_balance, effective_balance } = await this.account(customer);
    return { balance, reserved_balance, effective_balance };
  }

  /** What is left of each block, and what is held of it, in the order of burn-down. */
  async blocks(customer: CustomerIds): Promise<readonly (readonly [remaining: number, held: number])[]> {
    const { blocks = [] } = await this.account(customer);
    return blocks.map(({ remaining_amount: remaining, held_amount: held }) => [remaining, held] as const);
  }

  /** The newest 200. */
  async holds({ id }: CustomerIds, query = ''): Promise<Result<'listHolds'>['data']> {
    return (await this.get<'listHolds'>(`/v1/customers/${id}/reservations?limit=200&${query}`)).data;
  }

  /** The newest 200, the newest first. */
  async transactions({ id }: CustomerIds, query = ''): Promise<readonly Transaction[]> {
    return (await this.get<'listTransactions'>(`/v1/customers/${id}/transactions?limit=200&${query}`)).data;
  }

  audit({ id }: CustomerIds): Promise<Result<'auditAccount'>> {
    return this.get<'auditAccount'>(`/v1/customers/${id}/credits/audit`);
  }

  entitlement({ id }: CustomerIds, metricKey: string, units = 1): Promise<Result<'getEntitlement'>> {
    return this.get<'getEntitlement'>(`/v1/customers/${id}/entitlements/${metricKey}?units=${units}`);
  }

  /** All that can be seen of a customer. */
  async everythingOf(customer: CustomerIds): Promise<readonly unknown[]> {
    return Promise.all([
      this.get(`/v1/customers/${customer.id}`),
      this.account(customer),
      this.transactions(customer),
      this.holds(customer),
    ]);
  }
}

/** Balances as answers have them, when so much of the balance is held. */
export function balances(balance: number, reserved = 0): Balances {
  return { balance, reserved_balance: reserved, effective_balance: balance - reserved };
}

function successOf<Id extends keyof OperationTypes>({ status, text, json }: WireAnswer): Result<Id> {
  expect(status, text.slice(0, 1_000)).toBeLessThan(300);
  return json as Result<Id>;
}
