import type { Caller } from './caller.ts';
import type { Place } from './place.ts';

/** The one place that names partitions, the units of consistency. Stores keep these names: they never change. */

/** All tenants, tiers, API keys and issuers: a commit there tells every process to ask again what a key may do. */
export const accessPartition = 'holdfast/access';

/** When each API key was used last. */
export const keyUsePartition = 'holdfast/key-usage';

/** Tokens that JWTs were exchanged for. */
export const accessTokenPartition = 'holdfast/tokens';

/** The idempotency keys of a tenant's environment, whatever their requests decide on. No command decides on it. */
export function idempotencyPartition({ tenantId, environment }: Place): string {
  return `${tenantId}/${environment}`;
}

/** A tenant's events: those that have their numbers, and those that wait for them. */
export function eventPartition({ tenantId, environment }: Place): string {
  return `${tenantId}/${environment}/events`;
}

/** What was granted of a tenant's limits in each of their windows. */
export function limitPartition({ tenantId, environment }: Place): string {
  return `${tenantId}/${environment}/limits`;
}

/** Which endpoints get events, of all tenants. */
export const webhookRegistryPartition = 'holdfast/webhooks';

/** Where a tenant's events are sent. */
export function webhookPartition({ tenantId, environment }: Place): string {
  return `${tenantId}/${environment}/webhooks`;
}

/** What is sent to one endpoint, so that endpoints don't contend. */
export function webhookQueuePartition(place: Place, endpointId: string): string {
  return `${webhookPartition(place)}/${endpointId}`;
}

/** The inverse of {@link webhookQueuePartition}. */
export function endpointOfQueue(partition: string): Place & { readonly endpointId: string } {
  const [endpointId = '', , environment, ...tenantId] = partition.split('/').reverse();
  return { tenantId: tenantId.reverse().join('/'), environment: environment as Place['environment'], endpointId };
}

/** A tenant's locks and definitions. */
export function namedResourcePartition({ tenantId, environment }: Place): string {
  return `${tenantId}/${environment}/named-resources`;
}

/** What all of a tenant's customers share: metrics, metering rules, settings. */
export function creditPartition({ tenantId, environment }: Place): string {
  return `${tenantId}/${environment}/credits`;
}

/** The tenant of a {@link namedResourcePartition} or {@link creditPartition}. */
export function tenantOf(partition: string): string {
  const end = partition.lastIndexOf('/');
  return partition.slice(0, partition.lastIndexOf('/', end - 1));
}

/** The inverse of {@link namedResourcePartition}, {@link creditPartition} and {@link usagePartition}. */
export function placeOf(partition: string): Place {
  const end = partition.lastIndexOf('/');
  const tenantId = tenantOf(partition);
  return { tenantId, environment: partition.slice(tenantId.length + 1, end) as Place['environment'] };
}

/** What a customer's partition is named by. */
export interface CustomerPlace {
  /** See {@link creditPartition}. */
  readonly tenantPartition: string;
  /** Identifies the customer within the tenant: 16 hexadecimal digits. */
  readonly key: string;
}

/** One customer's credits, so that customers don't contend. */
export function customerPartition({ tenantPartition, key }: CustomerPlace): string {
  return `${tenantPartition}/${key}`;
}

/** The prefix of all of a tenant's customers' partitions, and of no others. */
export function customerPartitionPrefix(tenantPartition: string): string {
  return `${tenantPartition}/`;
}

/** The inverse of {@link customerPartition}. */
export function placeOfCustomer(partition: string): CustomerPlace {
  const end = partition.lastIndexOf('/');
  return { tenantPartition: partition.slice(0, end), key: partition.slice(end + 1) };
}

/** An environment's bookings, of all orgs, since all of them count against the platform's capacity. */
export function platformPartition(environment: Caller['environment']): string {
  return `holdfast/capacity/${environment}`;
}

/** What an org's workloads use. */
export function usagePartition({ tenantId, environment }: Place): string {
  return `${tenantId}/${environment}/capacity-usage`;
}
