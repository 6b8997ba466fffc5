import type { Caller } from '../../caller.ts';
import { recordKey } from '../../kernel/record-access.ts';
import type { Body } from '../../operation.ts';
import { customerPartition } from '../../partitions.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import { isRefused } from '../../shared/outcomes.ts';
import type { FieldFault, Refused } from '../../shared/outcomes.ts';
import { fromWireTime } from '../../shared/times.ts';
import type { RecordKey } from '../../store.ts';
import type { CreditContext } from '../context.ts';
import { findCustomerFaults, findCustomerInBody } from '../customer-input.ts';
import type { CustomerReference } from '../customer-input.ts';
import { toMetadataJson } from '../metadata.ts';
import { creditSettingsKey, metricKeyOf, usageEventKind } from '../records.ts';
import type { UsageCommand } from './rules.ts';

/** A usage event, the customer that it is about, and the records sure to be read. */
export interface EventInput {
  readonly reference: CustomerReference;
  readonly reads: readonly RecordKey[];
  readonly command: UsageCommand;
}

/** Faults of an event that the schema can't express. */
export function findEventFaults(event: Body<'recordUsage'>, field: string): readonly FieldFault[] {
  const faults = [...findCustomerFaults(event, field), ...findMetadataFaults(event.metadata, `${field}/metadata`)];
  if (event.occurred_at === undefined || fromWireTime(event.occurred_at) !== undefined) return faults;
  return [...faults, { field: `${field}/occurred_at`, rule: 'format', message: 'must be a day that there is' }];
}

export function toEvent(caller: Caller, body: Body<'recordUsage'>, context: CreditContext): EventInput | Refused {
  const reference = findCustomerInBody(caller, body, context);
  if (isRefused(reference)) return reference;
  const { billable_metric_key: metricKey, units, event_id: eventId = null, occurred_at: occurredAt, metadata } = body;
  const { customer } = reference;
  const { tenantPartition } = customer;
  const reads = [metricKeyOf(tenantPartition, metricKey), creditSettingsKey(tenantPartition)];
  if (eventId !== null) reads.push(recordKey(usageEventKind, customerPartition(customer), eventId));
  const occurredAtMs = occurredAt === undefined ? null : (fromWireTime(occurredAt) ?? null);
  const command = { metricKey, units, eventId, occurredAtMs, metadataJson: toMetadataJson(metadata) };
  return { reference, reads, command };
}
