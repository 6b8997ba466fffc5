import type { WireRequest } from '../../faults/wire-client.ts';
import type { Command, CommandOf } from './commands.ts';
import { metricOfCustomer, pricePaid } from './objects.ts';

/** More than a history makes of one customer. */
const limit = '200';

/** A command as it goes over the wire. Customers are named by their external ids. */
export function toRequest(command: Command): WireRequest {
  const { customer } = command;
  const path = { external_id: customer };
  const named = { external_customer_id: customer, billable_metric_key: metricOfCustomer(customer) };
  switch (command.type) {
    case 'hold': {
      const { units, ttlSeconds, label } = command;
      const body = { ...named, estimated_units: units, ttl_seconds: ttlSeconds, metadata: { label } };
      return { operationId: 'createHold', body };
    }
    case 'commit': {
      const body = { actual_units: command.units, ...(command.isFinal ? {} : { final: false }) };
      return { operationId: 'commitHold', path: { id: command.id }, body };
    }
    case 'release':
      return { operationId: 'releaseHold', path: { id: command.id } };
    case 'extend': {
      const body = { additional_units: command.units, ttl_seconds: command.ttlSeconds };
      return { operationId: 'extendHold', path: { id: command.id }, body };
    }
    case 'use':
      return { operationId: 'recordUsage', body: { ...named, units: command.units, event_id: command.eventId } };
    case 'grant':
      return toGrant(command);
    case 'adjust':
      return { operationId: 'adjustCreditsByExternalId', path, body: { delta: command.delta, reason: 'correction' } };
    case 'getHold':
      return { operationId: 'getHold', path: { id: command.id } };
    case 'getAccount':
      return { operationId: 'getAccountByExternalId', path, query: { include_blocks: 'true' } };
    case 'listHolds':
      return { operationId: 'listHoldsByExternalId', path, query: { limit } };
    case 'audit':
      return { operationId: 'auditAccountByExternalId', path };
  }
}

function toGrant({ customer, credits, paymentId, label, expiresAtMs }: CommandOf<'grant'>): WireRequest {
  if (paymentId !== undefined) {
    const payment = { external_payment_id: paymentId, price_paid: pricePaid };
    const body = { external_customer_id: customer, credits, ...payment };
    return { operationId: 'topUp', body };
  }
  const expiry = expiresAtMs === undefined ? {} : { expires_at: new Date(expiresAtMs).toISOString() };
  const metadata = label === undefined ? {} : { metadata: { label } };
  const body = { credits, source: 'promotion', ...expiry, ...metadata };
  return { operationId: 'grantCreditsByExternalId', path: { external_id: customer }, body };
}
