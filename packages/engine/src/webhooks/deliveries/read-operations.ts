import type { ReadOperation } from '../../operation.ts';
import { webhookQueuePartition } from '../../partitions.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import { findPage } from '../../shared/page-input.ts';
import type { WebhookContext } from '../context.ts';
import { deliveryKind } from '../records.ts';
import { upgradeRequired } from '../refusals.ts';
import { findEndpoint } from '../rules.ts';
import { endpointKey, WebhookView } from '../state.ts';
import { toWireDelivery } from '../wire.ts';

export const listWebhookDeliveries: ReadOperation<'listWebhookDeliveries', WebhookContext> = (
  caller,
  { path: { id }, query },
  context,
) => {
  if (!caller.mayUseWebhooks) return upgradeRequired;
  const partition = webhookQueuePartition(caller, id);
  const page = findPage(['webhook-deliveries', partition], query, context);
  if (isRefused(page)) return page;
  const { status } = query;
  const filter = status === undefined ? {} : { index: 'status', equals: [status] };
  return {
    partitions: [],
    reads: [endpointKey(caller, id)],
    run(records, nowMs) {
      const endpoint = findEndpoint(new WebhookView(records, caller), id);
      if (isRefused(endpoint)) return endpoint;
      const range = { kind: deliveryKind, partition, ...filter, descending: true };
      return accepted(
        page.read(records, range, ({ value }) =>
          (value.purgeAtMs ?? Infinity) > nowMs ? toWireDelivery(value) : undefined,
        ),
      );
    },
  };
};
