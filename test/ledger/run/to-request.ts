import type { ServiceRequest } from '@holdfast/engine';

import type { Command, Overage, Usage } from '../model/command.ts';
import type { Names } from './names.ts';

type WireRequest = Pick<ServiceRequest, 'operationId' | 'input'>;

/** Such as the service could have given. */
const nobody = '00000000-0000-8000-9000-0000000000ff';

/** A command as the service takes it. A customer goes by the service's own id if that is asked for, and known. */
export function toRequest(command: Command, names: Names, isById: boolean): WireRequest {
  const idOf = (customer: string) => (isById ? names.idOf(`customer ${customer}`) : undefined);
  switch (command.type) {
    case 'createCustomer':
      return withBody('createCustomer', { external_id: command.customer, ...toOverage(command.overage) });
    case 'updateCustomer':
      return onCustomer('updateCustomer', idOf, command.customer, toOverage(command.overage));
    case 'updateSettings':
      return withBody('updateCreditSettings', {
        ...toOverage(command.overage),
        ...given({ balance_thresholds: command.thresholds }),
      });
    case 'putThresholds':
      return onCustomer('putCreditThresholds', idOf, command.customer, { amounts: command.amounts });
    case 'price':
      return withBody('createMeteringRule', { billable_metric_key: command.metric, ...command.rule });
    case 'grant':
      return onCustomer('grantCredits', idOf, command.customer, { ...grantBody(command), source: 'promotion' });
    case 'topUp': {
      const payment = given({ price_paid: command.pricePaid, external_payment_id: command.payment });
      return withBody('topUp', { ...customerIn(idOf, command.customer), ...grantBody(command), ...payment });
    }
    case 'adjust':
      return onCustomer('adjustCredits', idOf, command.customer, { delta: command.delta, reason: 'correction' });
    case 'usage':
      return withBody('recordUsage', usageBody(idOf, command));
    case 'usageBatch':
      return withBody('recordUsageBatch', { events: command.events.map((event) => usageBody(idOf, event)) });
    case 'hold':
      return withBody('createHold', holdBody(idOf, command));
    default:
      return onHold(command, names.idOf(command.hold) ?? nobody);
  }
}

type IdOf = (customer: string) => string | undefined;

function withBody(operationId: WireRequest['operationId'], body: object): WireRequest {
  return { operationId, input: { body } };
}

function onHold(command: Command & { type: 'extend' | 'commit' | 'release' }, id: string): WireRequest {
  const path = { id };
  switch (command.type) {
    case 'extend': {
      const body = given({ additional_units: command.units, ttl_seconds: command.ttlSeconds });
      return { operationId: 'extendHold', input: { path, body } };
    }
    case 'commit': {
      const more = given({ final: command.isFinal, metadata: command.metadata });
      return { operationId: 'commitHold', input: { path, body: { actual_units: command.units, ...more } } };
    }
    case 'release':
      return { operationId: 'releaseHold', input: { path } };
  }
}

function onCustomer(
  operation: 'updateCustomer' | 'putCreditThresholds' | 'grantCredits' | 'adjustCredits',
  idOf: IdOf,
  customer: string,
  body: object,
): WireRequest {
  const id = idOf(customer);
  if (id !== undefined) return { operationId: operation, input: { path: { customer_id: id }, body } };
  return { operationId: `${operation}ByExternalId`, input: { path: { external_id: customer }, body } };
}

function holdBody(idOf: IdOf, { customer, metric, units, ttlSeconds, metadata }: Command & { type: 'hold' }): object {
  const more = given({ ttl_seconds: ttlSeconds, metadata });
  return { ...customerIn(idOf, customer), billable_metric_key: metric, estimated_units: units, ...more };
}

function customerIn(idOf: IdOf, customer: string): object {
  const id = idOf(customer);
  return id === undefined ? { external_customer_id: customer } : { customer_id: id };
}

function toOverage({ policy, limit }: Overage): object {
  return given({ overage_policy: policy, overage_limit: limit });
}

function grantBody({ credits, priority, expiresAtMs }: Command & { type: 'grant' | 'topUp' }): object {
  const expires_at = expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString();
  return { credits, ...given({ priority, expires_at }) };
}

function usageBody(idOf: IdOf, { customer, metric, units, event }: Usage): object {
  return { ...customerIn(idOf, customer), billable_metric_key: metric, units, ...given({ event_id: event }) };
}

/** Members that aren't undefined. */
function given(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
