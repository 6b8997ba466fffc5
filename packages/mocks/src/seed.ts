import { operations } from '@holdfast/contract';
import type {
  CapacityLimits,
  CapacityReservation,
  CreateCustomerRequest,
  CreateHoldRequest,
  CreateMeteringRuleRequest,
  CreateMetricRequest,
  CreateWebhookEndpointRequest,
  Customer,
  Definition,
  DefinitionItem,
  GrantResult,
  HoldReceipt,
  IssuedWebhookEndpoint,
  MeteringRule,
  Metric,
  OperationDescription,
  ReserveCapacityRequest,
  ReserveItem,
  ReserveResult,
  TopUpRequest,
  UpdateCapacityLimitsRequest,
} from '@holdfast/contract';
import type { WireAnswer, WireRequest } from '@holdfast/gateway';

import { assertKnownMembers } from './known-members.ts';

/** The initial state: created member by member, each in its order. */
export interface Seed {
  /** Registered in this order, as by `POST /api/v1/Resource/register`. */
  readonly definitions?: readonly DefinitionItem[] | undefined;
  /** Reserved in this order, as by `POST /api/v1/Reservation/reserve`, after the definitions. */
  readonly reservations?: readonly ReserveItem[] | undefined;
  /** Created as by `POST /v1/billable-metrics`. */
  readonly metrics?: readonly CreateMetricRequest[] | undefined;
  /** Created as by `POST /v1/metering-rules`. */
  readonly meteringRules?: readonly CreateMeteringRuleRequest[] | undefined;
  /** Created as by `POST /v1/customers`. A top-up creates its customer by itself. */
  readonly customers?: readonly CreateCustomerRequest[] | undefined;
  /** Granted as by `POST /v1/topup/grant`. */
  readonly topUps?: readonly TopUpRequest[] | undefined;
  /** Held as by `POST /v1/reserve`. */
  readonly holds?: readonly CreateHoldRequest[] | undefined;
  /** Set in this order, as by `PUT /v1/admin/capacity`. */
  readonly capacityLimits?: readonly UpdateCapacityLimitsRequest[] | undefined;
  /** Reserved as by `POST /api/capacity/reservations`, within the limits. */
  readonly capacityReservations?: readonly ReserveCapacityRequest[] | undefined;
  /** Created as by `POST /v1/webhook-endpoints`, after all else: what is seeded isn't sent to them. */
  readonly webhookEndpoints?: readonly CreateWebhookEndpointRequest[] | undefined;
}

/** What a seed has become, item by item: with release tokens, ids of holds, and secrets of webhook endpoints. */
export interface SeedResult {
  readonly definitions: readonly Definition[];
  readonly reservations: readonly ReserveResult[];
  readonly metrics: readonly Metric[];
  readonly meteringRules: readonly MeteringRule[];
  readonly customers: readonly Customer[];
  readonly topUps: readonly GrantResult[];
  readonly holds: readonly HoldReceipt[];
  readonly capacityLimits: readonly CapacityLimits[];
  readonly capacityReservations: readonly CapacityReservation[];
  readonly webhookEndpoints: readonly IssuedWebhookEndpoint[];
}

type Send = (request: WireRequest) => Promise<WireAnswer>;

const itemsPerRequest = 100;

/**
 * Seeds by ordinary requests, so that only reachable states can be seeded.
 *
 * @throws Error if a request is refused or a reservation isn't granted; what came before it stays.
 */
export async function plant(seed: Seed, send: Send): Promise<SeedResult> {
  assertKnownMembers('A seed', seed, seedMembers);
  const definitions = await sendItems<Definition>(send, operations.registerResources, seed.definitions);
  const reservations = await sendItems<ReserveResult>(send, operations.reserve, seed.reservations);
  const refused = reservations.find(({ status }) => status !== 'ACQUIRED');
  if (refused !== undefined) {
    throw new Error(
      `The seed can't be: ${refused.requester} doesn't get ${refused.resource} (${refused.status}). ${refused.explanation}`,
    );
  }
  return {
    definitions,
    reservations,
    metrics: await sendEach<Metric>(send, operations.createMetric, seed.metrics),
    meteringRules: await sendEach<MeteringRule>(send, operations.createMeteringRule, seed.meteringRules),
    customers: await sendEach<Customer>(send, operations.createCustomer, seed.customers),
    topUps: await sendEach<GrantResult>(send, operations.topUp, seed.topUps),
    holds: await sendEach<HoldReceipt>(send, operations.createHold, seed.holds),
    capacityLimits: await sendEach<CapacityLimits>(send, operations.updateCapacityLimits, seed.capacityLimits),
    capacityReservations: await sendEach<CapacityReservation>(
      send,
      operations.reserveCapacity,
      seed.capacityReservations,
    ),
    webhookEndpoints: await sendEach<IssuedWebhookEndpoint>(
      send,
      operations.createWebhookEndpoint,
      seed.webhookEndpoints,
    ),
  };
}

const seedMembers = [
  'definitions',
  'reservations',
  'metrics',
  'meteringRules',
  'customers',
  'topUps',
  'holds',
  'capacityLimits',
  'capacityReservations',
  'webhookEndpoints',
];

/** For operations that take many items at once. */
async function sendItems<Result>(
  send: Send,
  operation: OperationDescription,
  items: readonly unknown[] = [],
): Promise<Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += itemsPerRequest) {
    results.push(...((await sendOne(send, operation, items.slice(first, first + itemsPerRequest))) as Result[]));
  }
  return results;
}

/** For operations that take one at a time. */
async function sendEach<Result>(
  send: Send,
  operation: OperationDescription,
  items: readonly unknown[] = [],
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push((await sendOne(send, operation, item)) as Result);
  return results;
}

async function sendOne(send: Send, operation: OperationDescription, body: unknown): Promise<unknown> {
  const answer = await send(toRequest(operation, body));
  const text = await new Response(answer.body).text();
  if (answer.status >= 300) throw new Error(`The seed is refused by ${operation.operationId}: ${text}`);
  return JSON.parse(text);
}

function toRequest({ method, path }: OperationDescription, body: unknown): WireRequest {
  const headers: Readonly<Record<string, string>> = { 'x-api-key': 'seed', 'content-type': 'application/json' };
  return { method, path, query: '', body: JSON.stringify(body), header: (name) => headers[name.toLowerCase()] };
}
