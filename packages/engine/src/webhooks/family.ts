import { defineFamily } from '../family.ts';
import type { WebhookContext } from './context.ts';
import { listWebhookDeliveries } from './deliveries/read-operations.ts';
import { replayWebhookEvents, retryWebhookDelivery, testWebhookEndpoint } from './deliveries/write-operations.ts';
import { getWebhookEndpoint, listWebhookEndpoints } from './read-operations.ts';
import { webhookKinds } from './records.ts';
import { sweptRemovals } from './removal.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  rotateWebhookSecret,
  updateTenantConfig,
  updateWebhookEndpoint,
} from './write-operations.ts';

export const webhooks = defineFamily({
  kinds: webhookKinds,
  createContext: (context: WebhookContext) => context,
  writes: {
    createWebhookEndpoint,
    updateWebhookEndpoint,
    deleteWebhookEndpoint,
    rotateWebhookSecret,
    retryWebhookDelivery,
    updateTenantConfig,
  },
  reads: { getWebhookEndpoint, listWebhookEndpoints, listWebhookDeliveries },
  scans: {},
  procedures: { replayWebhookEvents, testWebhookEndpoint },
  sweeps: () => [sweptRemovals],
  settles: () => [],
});
