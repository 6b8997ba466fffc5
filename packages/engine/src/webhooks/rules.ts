import { accepted, isRefused } from '../shared/outcomes.ts';
import type { Outcome, Refused } from '../shared/outcomes.ts';
import { configEndpointId } from './records.ts';
import type { Endpoint } from './records.ts';
import { endpointDisabled, tooManyEndpoints, unknownEndpoint } from './refusals.ts';
import { isPresent } from './state.ts';
import type { PresentEndpoint, WebhookState, WebhookView } from './state.ts';

/** What a client says of an endpoint. */
export type EndpointSettings = Pick<Endpoint, 'types' | 'description' | 'headersJson'> & { readonly url: string };

export interface KnownEndpoint {
  readonly id: string;
  readonly endpoint: PresentEndpoint;
}

/** The most endpoints of a tenant's environment, besides that of its config. */
const mostEndpoints = 20;

export function createEndpoint(
  state: WebhookState,
  id: string,
  settings: EndpointSettings,
  secret: string,
): Outcome<KnownEndpoint> {
  if (state.count(mostEndpoints) >= mostEndpoints) return tooManyEndpoints(mostEndpoints);

  return put(state, id, {
    ...settings,
    enabled: true,
    disabledReason: null,
    secrets: [{ text: secret, validUntilMs: null }],
    createdAtMs: state.nowMs,
    updatedAtMs: state.nowMs,
  });
}

/** Changes an endpoint; what waits to be sent goes by what it says now. */
export function updateEndpoint(
  state: WebhookState,
  id: string,
  { enabled, ...settings }: Partial<EndpointSettings & Pick<Endpoint, 'enabled'>>,
): Outcome<KnownEndpoint> {
  const before = findEndpoint(state, id);
  if (isRefused(before)) return before;

  return put(state, id, { ...before, ...settings, ...abilityOf(before, enabled), updatedAtMs: state.nowMs });
}

/** Ends an endpoint, with all that waits to be sent to it. */
export function deleteEndpoint(state: WebhookState, id: string): Outcome<undefined> {
  const before = findEndpoint(state, id);
  if (isRefused(before)) return before;

  state.deleteEndpoint(id);
  return accepted(undefined);
}

/** Gives an endpoint another secret. The one it has is used for `overlapMs` more; one from an earlier rotation not. */
export function rotateSecret(
  state: WebhookState,
  id: string,
  secret: string,
  overlapMs: number,
): Outcome<KnownEndpoint> {
  const before = findEndpoint(state, id);
  if (isRefused(before)) return before;

  const old = before.secrets.slice(0, 1).map(({ text }) => ({ text, validUntilMs: state.nowMs + overlapMs }));
  const secrets = [{ text: secret, validUntilMs: null }, ...(overlapMs === 0 ? [] : old)];
  return put(state, id, { ...before, secrets, updatedAtMs: state.nowMs });
}

/** What a tenant's config says of its one endpoint. Null takes back; undefined leaves as it is. */
export interface ConfigChange {
  readonly url: string | null | undefined;
  readonly secret: string | null | undefined;
}

/** Sets the one endpoint of a tenant's config, which gets all events as soon as it has a URL and a secret. */
export function configure(state: WebhookState, { url, secret }: ConfigChange): Endpoint {
  const before = state.endpoint(configEndpointId) ?? unsetEndpoint(state.nowMs);
  const endpoint = {
    ...before,
    ...(url === undefined ? {} : { url }),
    ...(secret === undefined ? {} : { secrets: secret === null ? [] : [{ text: secret, validUntilMs: null }] }),
    // Whoever sets a URL wants to be sent something, whatever became of the one before.
    ...(typeof url === 'string' ? { enabled: true, disabledReason: null } : {}),
    updatedAtMs: state.nowMs,
  };
  state.putEndpoint(configEndpointId, endpoint);
  return endpoint;
}

/** The endpoint with this id. That of a tenant's config is there once it is set. */
export function findEndpoint(view: WebhookView, id: string): PresentEndpoint | Refused {
  const endpoint = view.endpoint(id);
  return endpoint !== undefined && isPresent(endpoint) ? endpoint : unknownEndpoint;
}

/** The same, if events are sent to it. */
export function findEnabled(view: WebhookView, id: string): PresentEndpoint | Refused {
  const endpoint = findEndpoint(view, id);
  return isRefused(endpoint) || endpoint.enabled ? endpoint : endpointDisabled;
}

/** What a delivery is signed with: the present secret first. */
export function secretsAt({ secrets }: Endpoint, nowMs: number): readonly string[] {
  return secrets.filter(({ validUntilMs }) => validUntilMs === null || validUntilMs > nowMs).map(({ text }) => text);
}

function abilityOf(before: Endpoint, enabled: boolean | undefined) {
  if (enabled === undefined || enabled === before.enabled) return {};
  return { enabled, disabledReason: enabled ? null : 'requested' } as const;
}

function unsetEndpoint(nowMs: number): Endpoint {
  return {
    url: null,
    types: null,
    description: null,
    headersJson: '{}',
    enabled: true,
    disabledReason: null,
    secrets: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

function put(state: WebhookState, id: string, endpoint: PresentEndpoint): Outcome<KnownEndpoint> {
  state.putEndpoint(id, endpoint);
  return accepted({ id, endpoint });
}
