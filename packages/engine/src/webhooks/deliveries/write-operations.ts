import type { ReplayWebhookEventsRequest } from '@holdfast/contract';

import type { Command, Query } from '../../kernel/command.ts';
import type { ProcedureOperation, WriteOperation } from '../../operation.ts';
import { eventPartition, webhookQueuePartition } from '../../partitions.ts';
import type { Place } from '../../place.ts';
import { oldestEventNumber } from '../../shared/event-log.ts';
import { accepted, invalidRequest, isRefused } from '../../shared/outcomes.ts';
import type { Outcome, Refused } from '../../shared/outcomes.ts';
import { fromWireTime, toWireTime } from '../../shared/times.ts';
import type { WebhookContext } from '../context.ts';
import { send } from '../process/attempt.ts';
import { nothingIsSent, unknownDelivery, upgradeRequired } from '../refusals.ts';
import { findEndpoint } from '../rules.ts';
import { endpointKey, queueKeys, WebhookView } from '../state.ts';
import { toTestResult, toWireDelivery } from '../wire.ts';
import { replay } from './fan-out.ts';
import type { ReplayFilter } from './fan-out.ts';
import { retry } from './rules.ts';
import { eventNumberOf, QueueState } from './state.ts';

export const retryWebhookDelivery: WriteOperation<'retryWebhookDelivery', WebhookContext> = (
  caller,
  { path: { id, delivery_id: deliveryId } },
) => {
  if (!caller.mayUseWebhooks) return upgradeRequired;
  const eventNumber = eventNumberOf(deliveryId);
  return onQueue(caller, id, (state) => {
    const retried = eventNumber === undefined ? unknownDelivery : retry(state, eventNumber);
    return retried.ok ? accepted(toWireDelivery(retried.value)) : retried;
  });
};

export const replayWebhookEvents: ProcedureOperation<'replayWebhookEvents', WebhookContext> = (
  caller,
  { path: { id }, body },
) => {
  if (!caller.mayUseWebhooks) return upgradeRequired;
  const filter = parseFilter(body);
  if (isRefused(filter)) return filter;
  const outbox = eventPartition(caller);
  return {
    numbersFirst: outbox,
    async carryOut({ execute, query }) {
      let after = body.after ?? (await query(numberBefore(outbox, filter.fromMs)));
      for (let replayed = 0; ;) {
        const from = after;
        const piece = await execute(onQueue(caller, id, (state) => replay(state, from, filter)));
        if (!piece.ok) return piece;
        replayed += piece.value.count;
        if (piece.value.nextAfter === undefined) return accepted({ replayed });
        after = piece.value.nextAfter;
      }
    },
  };
};

export const testWebhookEndpoint: ProcedureOperation<'testWebhookEndpoint', WebhookContext> = (
  caller,
  { path: { id } },
  { environment, settings: { webhooks: transport } },
) => {
  if (!caller.mayUseWebhooks) return upgradeRequired;
  if (transport === undefined) return nothingIsSent;
  return {
    async carryOut({ query }) {
      const endpoint = await query({
        partitions: [],
        reads: [endpointKey(caller, id)],
        run: (records) => findEndpoint(new WebhookView(records, caller), id),
      });
      if (isRefused(endpoint)) return endpoint;
      const event = {
        id: '0',
        number: 0,
        type: 'webhook.test',
        created_at: toWireTime(environment.now()),
        api_key_label: caller.apiKeyLabel,
        customer_id: null,
        external_customer_id: null,
        data: { endpoint_id: id },
      };
      const message = { webhookId: `test.${environment.newUuid()}`, body: JSON.stringify(event) };
      return accepted(toTestResult(message, await send({ environment, transport }, caller, endpoint, message)));
    },
  };
};

/** The number before that of the first event that got its number at a time or later. */
function numberBefore(outbox: string, atMs: number): Query<number> {
  return {
    partitions: [outbox],
    reads: [],
    run: (records) => oldestEventNumber(records, outbox, atMs - 1) - 1,
  };
}

/** A command on what is sent to one endpoint. */
function onQueue<Value>(
  place: Place,
  endpointId: string,
  decide: (state: QueueState) => Outcome<Value>,
): Command<Outcome<Value>> {
  return {
    partitions: [webhookQueuePartition(place, endpointId)],
    reads: [endpointKey(place, endpointId), ...queueKeys(place, endpointId)],
    run: (changes, nowMs) => decide(new QueueState(changes, place, endpointId, nowMs)),
  };
}

function parseFilter({
  after,
  from,
  to,
  only_dead: onlyDead = false,
}: ReplayWebhookEventsRequest): ReplayFilter | Refused {
  if ((after === undefined) === (from === undefined)) {
    return invalidRequest({ field: '/after', rule: 'oneOf', message: 'must be given, or from, and not both' });
  }
  if (to !== undefined && from === undefined) {
    return invalidRequest({ field: '/to', rule: 'not', message: 'must not be given without from', value: to });
  }
  const [fromMs, toMs] = [parseTime(from, 0), parseTime(to, Infinity)];
  if (fromMs === undefined) return wrongTime('/from', from);
  if (toMs === undefined) return wrongTime('/to', to);
  if (fromMs < toMs) return { fromMs, toMs, onlyDead };
  return invalidRequest({ field: '/to', rule: 'after', message: 'must be later than from', value: to });
}

function parseTime(time: string | undefined, open: number): number | undefined {
  return time === undefined ? open : fromWireTime(time);
}

function wrongTime(field: string, value: unknown): Refused {
  return invalidRequest({ field, rule: 'format', message: 'must be a day that exists', value });
}
