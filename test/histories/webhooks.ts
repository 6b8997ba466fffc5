import type { IssuedApiKey, IssuedWebhookEndpoint, Tenant } from '@holdfast/contract';

import type { WireRequest } from '../faults/wire-client.ts';
import type { SequentialSpec } from './checker/sequential-spec.ts';
import { asFamily } from './family.ts';
import type { Family } from './family.ts';
import { prepareWith } from './prepare-with.ts';
import type { Answer, Command } from './webhooks/commands.ts';
import { endpointSpec } from './webhooks/endpoint-spec.ts';
import type { EndpointState } from './webhooks/endpoint-spec.ts';
import { firstCount, tenantSpec } from './webhooks/tenant-spec.ts';
import type { TenantState } from './webhooks/tenant-spec.ts';
import { toAnswer, toRequest } from './webhooks/to-request.ts';
import { firstText, WebhookClient } from './webhooks/webhook-client.ts';

type State = TenantState | EndpointState;

const sharedCount = 3;

/** What was made for the histories of each scope; it is no part of them. */
const apiKeys = new Map<string, string>();
const ids = new Map<string, string>();

const tenantOf = (scope: string) => `${scope}-tenant`;
const sharedOf = (scope: string) => Array.from({ length: sharedCount }, (_, number) => `${scope}-endpoint-${number}`);

export const webhookHistory: Family<Command, Answer, State> = {
  name: 'webhooks',
  usualHistoryCount: { few: 6, many: 50 },
  async prepare(server, scope, options) {
    const make = async <Result>(request: WireRequest, from = server) =>
      JSON.parse(await prepareWith(from, request, options)) as Result;
    const body = { name: tenantOf(scope), tier: 'unlimited' };
    const { id } = await make<Tenant>({ operationId: 'createTenant', body });
    for (let apiKey: string | null = null; apiKey === null;) {
      // The answer that had the value may have got lost.
      const key = { tenant_id: id, environment: 'live', label: tenantOf(scope) };
      ({ api_key: apiKey } = await make<IssuedApiKey>({ operationId: 'createApiKey', body: key }));
      if (apiKey !== null) apiKeys.set(tenantOf(scope), apiKey);
    }
    const own = { ...server, wire: server.wire.withKey(apiKeys.get(tenantOf(scope))!) };
    const names = [...sharedOf(scope), ...Array<undefined>(firstCount - sharedCount).fill(undefined)];
    for (const name of names) {
      const request = toRequest({ type: 'create', tenant: tenantOf(scope), text: firstText });
      const created = await make<IssuedWebhookEndpoint>(request, own);
      if (name !== undefined) ids.set(name, created.id);
    }
  },
  createClient(options) {
    const tenant = tenantOf(options.scope);
    return new WebhookClient(
      options,
      [tenant],
      sharedOf(options.scope).map((endpoint) => ({ tenant, endpoint })),
    );
  },
  async send({ wire }, command, options) {
    const client = wire.withKey(apiKeys.get(command.tenant) ?? '');
    return toAnswer(
      command,
      await client.send(
        toRequest(command, (name) => ids.get(name) ?? name),
        options,
      ),
    );
  },
  split(operation, answer) {
    if (operation.type === 'look' && answer === undefined) return [];
    const parts = [];
    if (operation.type === 'create' || operation.type === 'delete') parts.push(operation.tenant);
    if (operation.type !== 'create') parts.push(operation.endpoint);
    return parts.map((key) => ({ key, operation, answer }));
  },
  placeUnanswered: (calls) => calls,
  specOf: (key) => (key.endsWith('-tenant') ? tenantSpec : endpointSpec) as SequentialSpec<State, Command, Answer>,
  describe({ operation, answer }) {
    const { type, tenant, ...rest } = operation;
    return `${type} ${Object.values(rest).join(' ')} of ${tenant} → ${answer === undefined ? '?' : JSON.stringify(answer)}`;
  },
  expectedCoverage: ['create 201', 'create 409', 'look 200', 'look 404', 'change 200', 'change 404', 'delete 204'],
  coverageOf: ({ type }, { status }) => [`${type} ${status}`],
};

/** Endpoints, up to as many as there may be. A tenant's number of them is an object of its own, and so is each of them. */
export const webhooks = asFamily(webhookHistory);
