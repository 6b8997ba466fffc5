import type {
  TenantConfig,
  WebhookAttempt,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookTestResult,
} from '@holdfast/contract';

import { toWireTime, toWireTimeOrNull } from '../shared/times.ts';
import { deliveryId } from './deliveries/state.ts';
import type { Message, Sent } from './process/attempt.ts';
import type { Attempt, Delivery, Endpoint } from './records.ts';
import type { KnownEndpoint } from './rules.ts';

export function toEndpoint({ id, endpoint }: KnownEndpoint): WebhookEndpoint {
  return {
    id,
    url: endpoint.url,
    types: endpoint.types as WebhookEndpoint['types'], // As the contract's schema let them in.
    description: endpoint.description,
    headers: JSON.parse(endpoint.headersJson),
    enabled: endpoint.enabled,
    disabled_reason: endpoint.disabledReason,
    created_at: toWireTime(endpoint.createdAtMs),
    updated_at: toWireTime(endpoint.updatedAtMs),
  };
}

export function toTenantConfig(tenantId: string, { url, secrets }: Endpoint): TenantConfig {
  return { tenant_id: tenantId, webhook_url: url, has_webhook_secret: secrets.length > 0 };
}

export function toWireDelivery(delivery: Delivery): WebhookDelivery {
  return {
    id: deliveryId(delivery.eventNumber),
    event_id: String(delivery.eventNumber),
    event_number: delivery.eventNumber,
    event_type: delivery.eventType,
    status: delivery.status,
    attempts: delivery.attempts.map(toAttempt),
    next_attempt_at: toWireTimeOrNull(delivery.dueAtMs),
    created_at: toWireTime(delivery.createdAtMs),
    delivered_at: toWireTimeOrNull(delivery.deliveredAtMs),
  };
}

export function toTestResult({ webhookId }: Message, { attempt, result }: Sent): WebhookTestResult {
  const { status, body, error, durationMs } = attempt;
  return { delivered: result === 'delivered', status, body, error, duration_ms: durationMs, webhook_id: webhookId };
}

function toAttempt({ atMs, status, body, error, durationMs }: Attempt): WebhookAttempt {
  return { at: toWireTime(atMs), status, body, error, duration_ms: durationMs };
}
