import { setTimeout as delay } from 'node:timers/promises';

import type { OperationTypes } from '@holdfast/contract';
import { expect } from 'vitest';

import type { Scenario, WireAnswer } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { AccessClient } from '../administration/access-client.ts';
import { pathWith } from '../capacity/capacity-client.ts';

/** What an operation answers with when it succeeds. */
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];

export type WebhookEndpoint = Result<'getWebhookEndpoint'>;
export type IssuedWebhookEndpoint = Result<'createWebhookEndpoint'>;
/** Between two looks, so that who is looked at gets his turn. */
const pauseMs = 10;

export type WebhookDelivery = Result<'listWebhookDeliveries'>['data'][number];

export const endpointsPath = '/v1/webhook-endpoints';

/** An id of the right form that nobody has. */
export const unknownId = '00000000-0000-8000-8000-000000000000';

/** Webhooks of one tenant, on the wire itself. What isn't named `ask…` must be answered with success. */
export class WebhookClient {
  readonly apiKey: string;
  readonly #scenario: Scenario;

  constructor(scenario: Scenario, apiKey: string = apiKeys.live) {
    this.#scenario = scenario;
    this.apiKey = apiKey;
  }

  /** Of a tenant that nobody else has. */
  static async ofNewTenant(scenario: Scenario, members: object = {}): Promise<WebhookClient> {
    const access = new AccessClient(scenario);
    const { id } = await access.createTenant(members);
    return new WebhookClient(scenario, await access.newKey({ tenant_id: id }));
  }

  ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WireAnswer> {
    return this.#scenario.send(method, path, { body, headers, apiKey: this.apiKey });
  }

  async create(members: { readonly url: string; readonly [name: string]: unknown }): Promise<IssuedWebhookEndpoint> {
    return successOf<'createWebhookEndpoint'>(await this.ask('POST', endpointsPath, members));
  }

  async get({ id }: Identified): Promise<WebhookEndpoint> {
    return successOf<'getWebhookEndpoint'>(await this.ask('GET', pathOf(id)));
  }

  async list(query: Query = { limit: 100 }): Promise<Result<'listWebhookEndpoints'>> {
    return successOf<'listWebhookEndpoints'>(await this.ask('GET', pathWith(endpointsPath, query)));
  }

  async update({ id }: Identified, members: object): Promise<WebhookEndpoint> {
    return successOf<'updateWebhookEndpoint'>(await this.ask('PATCH', pathOf(id), members));
  }

  async delete({ id }: Identified): Promise<void> {
    successOf<'deleteWebhookEndpoint'>(await this.ask('DELETE', pathOf(id)));
  }

  async rotateSecret({ id }: Identified, members: object = {}): Promise<Result<'rotateWebhookSecret'>> {
    return successOf<'rotateWebhookSecret'>(await this.ask('POST', pathOf(id, 'rotate-secret'), members));
  }

  async test({ id }: Identified): Promise<Result<'testWebhookEndpoint'>> {
    return successOf<'testWebhookEndpoint'>(await this.ask('POST', pathOf(id, 'test')));
  }

  async deliveries({ id }: Identified, query: Query = {}): Promise<readonly WebhookDelivery[]> {
    return (await this.deliveryPage({ id }, { limit: 100, ...query })).data;
  }

  async deliveryPage({ id }: Identified, query: Query): Promise<Result<'listWebhookDeliveries'>> {
    return successOf<'listWebhookDeliveries'>(await this.ask('GET', pathWith(pathOf(id, 'deliveries'), query)));
  }

  /** Waits until what was sent has been written down: so many deliveries have this status. */
  async untilDeliveries(endpoint: Identified, status: string, count = 1): Promise<readonly WebhookDelivery[]> {
    for (;;) {
      const deliveries = await this.deliveries(endpoint, { status });
      if (deliveries.length >= count) return deliveries;
      await delay(pauseMs);
    }
  }

  /** Waits until nothing is on its way any more. */
  async untilNonePending(endpoint: Identified): Promise<void> {
    while ((await this.deliveries(endpoint, { status: 'pending' })).length > 0) await delay(pauseMs);
  }

  /** Waits until so many attempts of the only delivery have been written down. */
  async untilAttempts(endpoint: Identified, count: number): Promise<WebhookDelivery> {
    for (;;) {
      const [delivery] = await this.deliveries(endpoint);
      if (delivery !== undefined && delivery.attempts.length >= count) return delivery;
      await delay(pauseMs);
    }
  }

  async retry({ id }: Identified, delivery: Identified): Promise<Result<'retryWebhookDelivery'>> {
    const path = pathOf(id, `deliveries/${encodeURIComponent(delivery.id)}/retry`);
    return successOf<'retryWebhookDelivery'>(await this.ask('POST', path));
  }

  /** Resolves to how many are sent again. */
  async replay({ id }: Identified, members: object): Promise<number> {
    return successOf<'replayWebhookEvents'>(await this.ask('POST', pathOf(id, 'replay'), members)).replayed;
  }

  /** Makes an event: somebody holds the resource from now on, for ever unless told. */
  async reserve(resource: string, members: object = {}): Promise<void> {
    const body = [{ requester: 'worker-1', resource, ...members }];
    successOf<'reserve'>(await this.ask('POST', '/api/v1/Reservation/reserve', body));
  }

  /** Makes an event of the type `credits.granted`; resolves to the customer's id. */
  async grant(externalId: string, credits = 1_000): Promise<string> {
    const body = { external_customer_id: externalId, credits };
    return successOf<'topUp'>(await this.ask('POST', '/v1/topup/grant', body)).customer_id;
  }
}

interface Identified {
  readonly id: string;
}

type Query = Readonly<Record<string, string | number>>;

/** @param action - What is below the endpoint. */
export function pathOf(id: string, action?: string): string {
  return action === undefined ? `${endpointsPath}/${id}` : `${endpointsPath}/${id}/${action}`;
}

function successOf<Id extends keyof OperationTypes>({ status, text, json }: WireAnswer): Result<Id> {
  expect(status, text.slice(0, 1_000)).toBeLessThan(300);
  return json as Result<Id>;
}
