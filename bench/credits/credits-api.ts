import { apiKeyOf } from '../holdfast/api-key.ts';
import type { HttpRequest } from '../load/http-request.ts';

/** How many millicredits each customer starts with: more than any run can use up. */
export const creditsOfCustomer = 1_000_000_000_000;

const metric = 'image_generation';
const unitCost = 1_000;
const heldUnits = 10;
const usedUnits = 7;

/** What a pair holds and what it then commits, in millicredits: the same for every contender. */
export const pair = {
  hold: { metric, units: heldUnits, cost: heldUnits * unitCost, ttlSeconds: 60 },
  commit: { units: usedUnits, cost: usedUnits * unitCost },
};

const apiKey = apiKeyOf(0);
const holdId = /"id":"([^"]+)"/u;
const isHeld = [/"status":"active"/u, new RegExp(`"estimated_cost":${pair.hold.cost}\\b`, 'u')];
const isCommit = [
  /"status":"committed"/u,
  new RegExp(`"actual_cost":${pair.commit.cost}\\b`, 'u'),
  new RegExp(`"released":${pair.hold.cost - pair.commit.cost}\\b`, 'u'),
];

/** The external id of the customer with this number. Number 0 is the hot one. */
export function customerOf(number: number): string {
  return `customer-${number}`;
}

/** Where a customer's pages are. */
export function customerPath(customer: string): string {
  return `/v1/customer-by-external-id/${customer}`;
}

export function createMetricRequest(): HttpRequest {
  return post('/v1/billable-metrics', { key: metric });
}

export function createMeteringRuleRequest(): HttpRequest {
  return post('/v1/metering-rules', { billable_metric_key: metric, cost_type: 'per_unit', unit_cost: unitCost });
}

/** Also creates the customer. */
export function topUpRequest(customer: string): HttpRequest {
  return post('/v1/topup/grant', { external_customer_id: customer, credits: creditsOfCustomer });
}

/** Usage of one unit each, which makes an entry of the ledger each. */
export function usageBatchRequest(customer: string, count: number): HttpRequest {
  const event = { external_customer_id: customer, billable_metric_key: metric, units: 1 };
  return post('/v1/usage/batch', { events: Array.from({ length: count }, () => event) });
}

/** The body is put together by hand: the load shares the cores with what it measures. */
export function holdRequest(customer: string, idempotencyKey?: string, ttlSeconds = pair.hold.ttlSeconds): HttpRequest {
  const body =
    `{"external_customer_id":"${customer}","billable_metric_key":"${metric}",` +
    `"estimated_units":${heldUnits},"ttl_seconds":${ttlSeconds}}`;
  return { path: '/v1/reserve', apiKey, idempotencyKey, body };
}

export function commitRequest(holdId: string, idempotencyKey: string): HttpRequest {
  const body = `{"actual_units":${usedUnits}}`;
  return { path: `/v1/reserve/${holdId}/commit`, apiKey, idempotencyKey, body };
}

/** Usage of one unit, which is debited at once. */
export function usageRequest(customer: string, idempotencyKey: string): HttpRequest {
  const body = `{"external_customer_id":"${customer}","billable_metric_key":"${metric}","units":1}`;
  return { path: '/v1/usage', apiKey, idempotencyKey, body };
}

export function getRequest(path: string): HttpRequest {
  return { path, apiKey };
}

/** The same request of the tenant with this number, where it isn't the first one's. */
export function ofTenant(request: HttpRequest, tenant: number): HttpRequest {
  return { ...request, apiKey: apiKeyOf(tenant) };
}

/** The hold's id in the answer to a hold, if it holds what it should. */
export function holdIdIn(body: string): string | undefined {
  return isHeld.every((part) => part.test(body)) ? holdId.exec(body)?.[1] : undefined;
}

/** Whether the answer to a commit says that it took what it should and gave back the rest. */
export function isCommitted(body: string): boolean {
  return isCommit.every((part) => part.test(body));
}

/** Whether the answer to usage of one unit says that it was debited. */
export function isRecorded(body: string): boolean {
  return body.includes('"duplicate":false') && body.includes(`"delta":-${unitCost},`);
}

function post(path: string, body: object): HttpRequest {
  return { path, apiKey, body: JSON.stringify(body) };
}
