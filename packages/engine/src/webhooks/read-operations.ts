import type { ReadOperation } from '../operation.ts';
import { webhookPartition } from '../partitions.ts';
import { accepted, isRefused } from '../shared/outcomes.ts';
import { findPage } from '../shared/page-input.ts';
import type { WebhookContext } from './context.ts';
import { endpointKind } from './records.ts';
import { upgradeRequired } from './refusals.ts';
import { findEndpoint } from './rules.ts';
import { endpointKey, isPresent, WebhookView } from './state.ts';
import { toEndpoint } from './wire.ts';

export const getWebhookEndpoint: ReadOperation<'getWebhookEndpoint', WebhookContext> = (caller, { path: { id } }) =>
  caller.mayUseWebhooks
    ? {
        partitions: [],
        reads: [endpointKey(caller, id)],
        run(records) {
          const endpoint = findEndpoint(new WebhookView(records, caller), id);
          return isRefused(endpoint) ? endpoint : accepted(toEndpoint({ id, endpoint }));
        },
      }
    : upgradeRequired;

export const listWebhookEndpoints: ReadOperation<'listWebhookEndpoints', WebhookContext> = (
  caller,
  { query },
  context,
) => {
  if (!caller.mayUseWebhooks) return upgradeRequired;
  const partition = webhookPartition(caller);
  const page = findPage(['webhook-endpoints', partition], query, context);
  if (isRefused(page)) return page;
  return {
    partitions: [],
    reads: [],
    run: (records) =>
      accepted(
        page.read(records, { kind: endpointKind, partition }, ({ id, value: endpoint }) =>
          isPresent(endpoint) ? toEndpoint({ id, endpoint }) : undefined,
        ),
      ),
  };
};
