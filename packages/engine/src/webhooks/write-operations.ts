import type { IssuedWebhookEndpoint, WebhookEndpoint } from '@holdfast/contract';

import type { Environment } from '../environment.ts';
import type { WriteOperation } from '../operation.ts';
import { accepted, invalidRequest, isRefused } from '../shared/outcomes.ts';
import type { Outcome } from '../shared/outcomes.ts';
import { newId } from '../shared/timed-ids.ts';
import { endpointCommand } from './commands.ts';
import type { WebhookContext } from './context.ts';
import { findSecretFaults, findUrlFaults, parseSettings, reachOf } from './endpoint-input.ts';
import { configEndpointId } from './records.ts';
import { otherTenant, unknownTenant, upgradeRequired } from './refusals.ts';
import * as rules from './rules.ts';
import type { KnownEndpoint } from './rules.ts';
import { toSecret } from './secrets.ts';
import { toEndpoint, toTenantConfig } from './wire.ts';

/** What is decided of an endpoint that got a secret. */
interface Issued {
  readonly endpoint: WebhookEndpoint;
  /** By which a replay is told: for it another secret was drawn. */
  readonly secretHash: string;
}

type Create = WriteOperation<'createWebhookEndpoint', WebhookContext, Issued>;
type Rotate = WriteOperation<'rotateWebhookSecret', WebhookContext, Issued>;

export const createWebhookEndpoint: Create = (caller, { body }, { environment, settings: server }) => {
  if (!caller.mayUseWebhooks) return upgradeRequired;
  const parsed = parseSettings(body, reachOf(caller, server));
  if (isRefused(parsed)) return parsed;
  const settings = { types: null, description: null, headersJson: '{}', ...parsed, url: body.url };
  const id = newId('whe', environment.now(), environment.newUuid());
  const secret = newSecret(environment);
  const command = endpointCommand(caller, id, (state) =>
    issue(rules.createEndpoint(state, id, settings, secret.text), secret),
  );
  return { ...command, answer: (decided) => withSecret(decided, secret) };
};

export const updateWebhookEndpoint: WriteOperation<'updateWebhookEndpoint', WebhookContext> = (
  caller,
  { path: { id }, body },
  { settings: server },
) => {
  if (!caller.mayUseWebhooks) return upgradeRequired;
  const settings = parseSettings(body, reachOf(caller, server));
  if (isRefused(settings)) return settings;
  const change = { ...settings, ...(body.enabled === undefined ? {} : { enabled: body.enabled }) };
  return endpointCommand(caller, id, (state) => {
    const updated = rules.updateEndpoint(state, id, change);
    return updated.ok ? accepted(toEndpoint(updated.value)) : updated;
  });
};

export const deleteWebhookEndpoint: WriteOperation<'deleteWebhookEndpoint', WebhookContext> = (
  caller,
  { path: { id } },
) =>
  caller.mayUseWebhooks ? endpointCommand(caller, id, (state) => rules.deleteEndpoint(state, id)) : upgradeRequired;

export const rotateWebhookSecret: Rotate = (caller, { path: { id }, body }, { environment }) => {
  if (!caller.mayUseWebhooks) return upgradeRequired;
  const overlapMs = (body.overlap_seconds ?? usualOverlapSeconds) * 1_000;
  const secret = newSecret(environment);
  const command = endpointCommand(caller, id, (state) =>
    issue(rules.rotateSecret(state, id, secret.text, overlapMs), secret),
  );
  return { ...command, answer: (decided) => withSecret(decided, secret) };
};

export const updateTenantConfig: WriteOperation<'updateTenantConfig', WebhookContext> = (
  caller,
  { path: { id: tenantId }, body: { webhook_url: url, webhook_secret: secret } },
  { tenants, settings: server },
) => {
  const isOwn = tenantId === caller.tenantId;
  if (!isOwn && !caller.scopes.has('platform:admin')) return otherTenant;
  if (isOwn && !caller.mayUseWebhooks) return upgradeRequired;
  const faults = [
    ...(typeof url === 'string' ? findUrlFaults(url, '/webhook_url', reachOf(caller, server)) : []),
    ...(typeof secret === 'string' ? findSecretFaults(secret, '/webhook_secret') : []),
  ];
  if (faults.length > 0) return invalidRequest(...faults);
  const place = { tenantId, environment: caller.environment };
  const command = endpointCommand(place, configEndpointId, (state) =>
    accepted(toTenantConfig(tenantId, rules.configure(state, { url, secret }))),
  );
  if (isOwn) return command;
  return {
    ...command,
    reads: [...command.reads, ...tenants.reads(tenantId)],
    run: (changes, nowMs) =>
      tenants.find(changes, tenantId) === undefined ? unknownTenant : command.run(changes, nowMs),
  };
};

/** How long an old secret is used, in seconds, if nobody says so. */
const usualOverlapSeconds = 86_400;

interface NewSecret {
  readonly text: string;
  readonly hash: string;
}

function newSecret(environment: Environment): NewSecret {
  const text = toSecret(environment.sha256(environment.newToken() + environment.newToken()));
  return { text, hash: environment.sha256(text) };
}

function issue(outcome: Outcome<KnownEndpoint>, { hash: secretHash }: NewSecret): Outcome<Issued> {
  return outcome.ok ? accepted({ endpoint: toEndpoint(outcome.value), secretHash }) : outcome;
}

/** The answer with the secret. A replay has none. */
function withSecret({ endpoint, secretHash }: Issued, { text, hash }: NewSecret): IssuedWebhookEndpoint {
  return { ...endpoint, secret: secretHash === hash ? text : null };
}
