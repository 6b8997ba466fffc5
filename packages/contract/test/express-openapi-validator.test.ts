import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { openapi, operations, requestValidators } from '@holdfast/contract';
import type { OperationId, Validator } from '@holdfast/contract';
import express from 'express';
import type { ErrorRequestHandler } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { resolve, samples } from './samples.ts';
import type { Sample } from './samples.ts';

type ApiSpec = Exclude<Parameters<typeof OpenApiValidator.middleware>[0]['apiSpec'], string>;

const interval = '{"startsAt": "2026-11-21T22:00:00Z", "endsAt": "2026-11-21T22:15:00Z", "capacityGb": 64}';
const sampleOfUsage = '{"workloadId": "batch", "at": "2026-11-21T09:00:00Z", "memoryGb": 8}';

const figures =
  '{"ops_per_minute": 1000, "ops_per_day": null, "concurrent_locks": 1, "api_keys": 1, "event_history_hours": null}';
const privateKey =
  '{"issuer": "https://a.example", "audience": "a", "scopes": ["events:read"], "jwks": {"keys": [{"kty": "EC", "d": "a"}]}}';

/** What the paths of operations are filled in with: ids and keys of their kind, and a slash where one may be. */
const pathValues: Readonly<Record<string, string>> = {
  id: '0192f3a5-1d2e-7c4f-8a6b-7c8d9e0f1a2b',
  customer_id: '0192f3a4-7c1e-7b52-9d3f-5a6b7c8d9e0f',
  key: 'image:generation',
  billable_metric_key: 'image:generation',
  reservationId: '0192f3a9-3a91-7d6a-b816-8192a3b4c5d6',
  name: 'starter',
};

/** The address of an operation, with the parameters that its query needs as the document shows them. */
function addressOf(operationId: OperationId): string {
  const { method, path } = operations[operationId];
  const { parameters = [] } = resolve(resolve(resolve(openapi['paths'])[path])[method.toLowerCase()]);
  const needed = (parameters as unknown[]).map(resolve).filter((each) => each['in'] === 'query' && each['required']);
  const query = new URLSearchParams(
    Object.fromEntries(needed.map(({ name, example }) => [String(name), String(example)])),
  );
  const filledIn = path.replaceAll(/\{(?<name>\w+)\}/gu, (_, name: string) => pathValues[name] ?? 'a%2Fb');
  return query.size > 0 ? `${filledIn}?${query}` : filledIn;
}

describe('express-openapi-validator', () => {
  /** Answers each request with the example that its header names, if the validator lets both of them through. */
  const app = express();
  app.use(express.json({ limit: '1mb' }));
  app.use(
    OpenApiValidator.middleware({
      apiSpec: structuredClone(openapi) as unknown as ApiSpec,
      validateRequests: { allErrors: true },
      validateResponses: true,
      validateSecurity: { handlers: { ApiKey: () => true, Bearer: () => true } },
      ajvFormats: { mode: 'full' },
    }),
  );
  app.use((request, response) => {
    const sample = samples[Number(request.header('sample'))];
    if (sample === undefined) return response.status(204).end();
    response.status(Number(sample.part)).type(sample.mediaType);
    return typeof sample.value === 'string' ? response.send(sample.value) : response.json(sample.value);
  });
  app.use(((error: { status?: number; message: string }, _request, response, _next) => {
    response.status(error.status ?? 500).json({ message: error.message });
  }) satisfies ErrorRequestHandler);

  let server: Server;
  beforeAll(async () => {
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  async function send(method: string, path: string, body?: unknown, sample?: Sample): Promise<Response> {
    const { port } = server.address() as AddressInfo;
    const headers = {
      'x-api-key': 'hf_test_1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(sample === undefined ? {} : { sample: String(samples.indexOf(sample)) }),
    };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...content });
  }

  test.each(samples.filter(({ part }) => part !== 'body'))(
    'accepts example "$name" of $operationId $part as an answer to every example of a request',
    async (sample) => {
      const { operationId, part, mediaType, value } = sample;
      const bodies = samples.filter((other) => other.operationId === operationId && other.part === 'body');
      for (const body of bodies.length > 0 ? bodies.map((each) => each.value) : [undefined]) {
        const response = await send(operations[operationId].method, addressOf(operationId), body, sample);
        expect(await (mediaType.startsWith('text/') ? response.text() : response.json())).toEqual(value);
        expect(response.status).toBe(Number(part));
      }
    },
  );

  test('refuses an answer that the operation does not document', async () => {
    const sample = samples.find(({ operationId, part }) => operationId === 'listDefinitions' && part === '200');
    const response = await send('GET', '/api/v1/events/history', undefined, sample);
    expect(response.status).toBe(500);
  });

  test.each([
    ['a list with a limit out of bounds', 'GET', '/api/v1/Reservation?limit=1001', 400],
    ['an unknown parameter', 'GET', '/api/v1/Reservation?color=red', 400],
    ['an unknown parameter of a write', 'DELETE', '/api/v1/Resource/definitions/a?color=red', 400],
    ['a window in local time', 'GET', '/api/v1/events/history?from=2026-11-21T09:34:30', 400],
    ['an unknown path', 'GET', '/api/v1/nothing', 404],
    ['another method', 'PUT', '/api/v1/Reservation', 405],
    ['a deletion', 'DELETE', '/api/v1/Resource/definitions/a', 204],
    ['a release without a body', 'POST', '/v1/reserve/a-1/release', 204],
    ['an id with a slash', 'GET', '/v1/reserve/a%2Fb', 204],
    ['an id with a control character', 'GET', '/v1/reserve/a%00b', 400],
    ['an external id with a slash', 'GET', '/v1/customer-by-external-id/a%2Fb', 204],
    ['a metric key with a space', 'GET', '/v1/billable-metrics/a%20b', 400],
    ['a flag', 'GET', '/v1/customers/a-1/credits?include_blocks=true', 204],
    ['a flag that is none', 'GET', '/v1/customers/a-1/credits?include_blocks=yes', 400],
    ['no units', 'GET', '/v1/customers/a-1/entitlements/images?units=0', 400],
    ['units beyond 2^53 - 1', 'GET', '/v1/customers/a-1/entitlements/images?units=9007199254740993', 400],
    ['a status that there is not', 'GET', '/v1/customers/a-1/reservations?status=held', 400],
    ['a page of 201 rows', 'GET', '/v1/events?limit=201', 400],
    ['an unknown path of credits', 'GET', '/v1/nothing', 404],
    ['another method on a path of credits', 'GET', '/v1/reserve', 405],
    ['a calendar', 'GET', '/api/capacity/calendar?from=2026-11-21T22%3A00%3A00Z&to=2026-11-21T22%3A30%3A00Z', 204],
    ['no time', 'GET', '/api/capacity/calendar', 400],
    ['half a time', 'GET', '/api/capacity/usage?from=2026-11-21T22%3A00%3A00Z', 400],
    ['a time in words', 'GET', '/api/capacity/reservations?from=yesterday&to=today', 400],
    ['an id of capacity with a slash', 'GET', '/api/capacity/reservations/a%2Fb', 204],
    ['the limits of a tenant', 'GET', '/v1/admin/capacity?tenant_id=acme', 204],
    ['the limits of nobody', 'GET', '/v1/admin/capacity?tenant_id=', 400],
    ['a tier with a space', 'DELETE', '/v1/admin/tiers/a%20b', 400],
    ['a tier in capitals', 'DELETE', '/v1/admin/tiers/Pro', 400],
    ['a tenant with a slash', 'GET', '/v1/admin/tenants/a%2Fb', 204],
    ['a key to be revoked without a body', 'POST', '/v1/admin/api-keys/a-1/revoke', 204],
    ['keys of an environment that there is not', 'GET', '/v1/admin/api-keys?environment=prod', 400],
    ['limits with a filter', 'GET', '/v1/limits?tier=free', 400],
    ['an unknown path of capacity', 'GET', '/api/capacity/nothing', 404],
    ['another method on a path of capacity', 'GET', '/api/capacity/quotes', 405],
    ['a reservation of capacity to be cancelled', 'DELETE', '/api/capacity/reservations/a-1', 405],
    ['a reservation of capacity to be changed', 'PATCH', '/api/capacity/reservations/a-1', 405],
  ])('answers %s: %s %s → %i', async (_, method, path, status) => {
    expect((await send(method, path)).status).toBe(status);
  });

  async function expectRefusal(operationId: OperationId, text: string): Promise<void> {
    const { method } = operations[operationId];
    const validators: Readonly<Record<string, Validator<unknown>>> = requestValidators[operationId];
    expect(validators['body']?.(JSON.parse(text))).toBe(false);
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${addressOf(operationId)}`, {
      method,
      headers: { 'x-api-key': 'hf_test_1', 'content-type': 'application/json' },
      body: text,
    });
    expect(response.status).toBe(400);
  }

  test.each([
    ['an empty array', '[]'],
    ['ttlSeconds 0', '[{"requester": "a", "resource": "b", "ttlSeconds": 0}]'],
    ['ttlSeconds 1e400', '[{"requester": "a", "resource": "b", "ttlSeconds": 1e400}]'],
    ['a lone surrogate', '[{"requester": "\\ud800", "resource": "b"}]'],
    ['a query object', '[{"requester": "a", "resource": {"$ne": null}}]'],
    ['an unknown member', '[{"requester": "a", "resource": "b", "color": "red"}]'],
    ['metadata with a dot', '[{"requester": "a", "resource": "b", "metadata": {"a.b": 1}}]'],
    ['metadata with __proto__', '[{"requester": "a", "resource": "b", "metadata": {"__proto__": 1}}]'],
  ])('refuses %s in a claim as the compiled validator does', async (_, text) => {
    await expectRefusal('reserve', text);
  });

  test.each([
    ['no units', '{"billable_metric_key": "a"}'],
    ['0 units', '{"billable_metric_key": "a", "estimated_units": 0}'],
    ['-1 units', '{"billable_metric_key": "a", "estimated_units": -1}'],
    ['1.5 units', '{"billable_metric_key": "a", "estimated_units": 1.5}'],
    ['2^53 units', '{"billable_metric_key": "a", "estimated_units": 9007199254740992}'],
    ['1e400 units', '{"billable_metric_key": "a", "estimated_units": 1e400}'],
    ['ttl_seconds 0', '{"billable_metric_key": "a", "estimated_units": 1, "ttl_seconds": 0}'],
    ['an empty customer_id', '{"billable_metric_key": "a", "estimated_units": 1, "customer_id": ""}'],
    [
      'a customer_id with a control character',
      '{"billable_metric_key": "a", "estimated_units": 1, "customer_id": "a\\u0000"}',
    ],
    ['a lone surrogate', '{"billable_metric_key": "a", "estimated_units": 1, "external_customer_id": "\\ud800"}'],
    ['an unknown member', '{"billable_metric_key": "a", "estimated_units": 1, "color": "red"}'],
    ['metadata with a dot', '{"billable_metric_key": "a", "estimated_units": 1, "metadata": {"a.b": 1}}'],
    ['metadata with __proto__', '{"billable_metric_key": "a", "estimated_units": 1, "metadata": {"__proto__": 1}}'],
  ])('refuses %s in a hold as the compiled validator does', async (_, text) => {
    await expectRefusal('createHold', text);
  });

  test.each<[OperationId, string, string]>([
    ['commitHold', 'a string as a number', '{"actual_units": "7"}'],
    ['extendHold', 'nothing to extend', '{}'],
    ['createCustomer', 'an empty id', '{"external_id": ""}'],
    ['updateCustomer', 'another external_id', '{"external_id": "b"}'],
    ['updateCustomerByExternalId', 'nothing to change', '{}'],
    ['grantCredits', 'an expiry in local time', '{"credits": 1, "source": "a", "expires_at": "2027-11-21T00:00:00"}'],
    ['adjustCredits', 'no reason', '{"delta": 1}'],
    ['topUp', 'a currency in small letters', '{"credits": 1, "currency": "eur"}'],
    ['createMetric', 'a key with a space', '{"key": "a b"}'],
    ['createMeteringRule', 'no cost type', '{"billable_metric_key": "a", "flat_cost": 1}'],
    ['createMeteringRule', 'an unknown cost type', '{"billable_metric_key": "a", "cost_type": "free"}'],
    ['createMeteringRule', 'no cost', '{"billable_metric_key": "a", "cost_type": "flat"}'],
    ['createMeteringRule', 'two costs', '{"billable_metric_key":"a","cost_type":"flat","flat_cost":1,"unit_cost":1}'],
    ['recordUsage', 'no time', '{"billable_metric_key": "a", "units": 1, "occurred_at": "2025-02-29T00:00:00Z"}'],
    ['recordUsageBatch', 'no events', '{"events": []}'],
    ['recordUsageBatch', 'a malformed event', '{"events": [{"billable_metric_key": "a", "units": 0}]}'],
    ['updateCreditSettings', 'an unknown policy', '{"overage_policy": "refuse"}'],
    ['reserveCapacity', 'no intervals', '{"intervals": []}'],
    ['reserveCapacity', 'no list of intervals', '{}'],
    ['reserveCapacity', '5 GB', `{"intervals": [${interval.replace('64', '5')}]}`],
    ['reserveCapacity', '2^53 GB', `{"intervals": [${interval.replace('64', '9007199254740992')}]}`],
    ['reserveCapacity', '1e400 GB', `{"intervals": [${interval.replace('64', '1e400')}]}`],
    ['quoteCapacity', 'a time in another zone', `{"intervals": [${interval.replace('Z', '+01:00')}]}`],
    ['quoteCapacity', 'an unknown member', `{"intervals": [${interval}], "color": "red"}`],
    ['recordCapacityUsage', 'half a GB', `{"samples": [${sampleOfUsage.replace('8', '0.5')}]}`],
    ['recordCapacityUsage', "nobody's memory", `{"samples": [${sampleOfUsage.replace('batch', '')}]}`],
    ['exchangeToken', 'no JWT', '{}'],
    ['exchangeToken', 'a JWT with a space', '{"jwt": "a.b. c"}'],
    ['createTenant', 'no name', '{"tier": "free"}'],
    ['updateTenant', 'nothing to change', '{}'],
    ['putTier', 'no figures', '{}'],
    ['putTier', '0 operations', figures.replace('1000', '0')],
    ['putTier', '1,000,000,001 operations a minute', figures.replace('1000', '1000000001')],
    ['createApiKey', 'no environment', '{"label": "a"}'],
    ['createApiKey', 'an unknown scope', '{"label": "a", "environment": "live", "scopes": ["all"]}'],
    ['createApiKey', 'no scopes', '{"label": "a", "environment": "live", "scopes": []}'],
    ['createApiKey', 'a name as an address', '{"label": "a", "environment": "live", "allowed_cidrs": ["host"]}'],
    ['updateApiKey', 'a label to take back', '{"label": null}'],
    ['rotateApiKey', 'an overlap of more than 7 days', '{"overlap_seconds": 604801}'],
    ['putJwtIssuer', 'no scopes', '{"issuer": "https://a.example", "audience": "a"}'],
    ['putJwtIssuer', 'plain http', '{"issuer": "http://a.example", "audience": "a", "scopes": ["events:read"]}'],
    ['putJwtIssuer', 'a private key', privateKey],
    ['updateCapacityLimits', 'nothing to set', '{}'],
    ['updateCapacityLimits', 'a negative cap', '{"org_cap_gb": -4}'],
    ['updateCapacityLimits', 'a tenant without a name', '{"org_cap_gb": 4, "tenant_id": ""}'],
  ])('refuses for %s %s as the compiled validator does', async (operationId, _, text) => {
    await expectRefusal(operationId, text);
  });
});
