import type { Caller } from './caller.ts';

/**
 * Every partition, the unit of consistency, is named here and nowhere else. Stores keep these names: they never change.
 */

/** All tenants and API keys. */
export const accessPartition = 'holdfast/access';

/** The idempotency keys of a tenant's environment, whatever their requests decide on. It is never decided on itself. */
export function idempotencyPartition({ tenantId, environment }: Caller): string {
  return `${tenantId}/${environment}`;
}

/** A tenant's locks and definitions. */
export function namedResourcePartition({ tenantId, environment }: Caller): string {
  return `${tenantId}/${environment}/named-resources`;
}

/** What all of a tenant's customers share: metrics, metering rules, settings. */
export function creditPartition({ tenantId, environment }: Caller): string {
  return `${tenantId}/${environment}/credits`;
}

/** Where the records of a customer's credits are. */
export interface CustomerPlace {
  /** See {@link creditPartition}. */
  readonly tenantPartition: string;
  /** What tells the customer from the tenant's others: 20 hexadecimal digits. */
  readonly key: string;
}

/** One customer's credits, so that customers don't contend. */
export function customerPartition({ tenantPartition, key }: CustomerPlace): string {
  return `${tenantPartition}/${key}`;
}

/** How the partitions of all of a tenant's customers begin, and no others. */
export function customerPartitionPrefix(tenantPartition: string): string {
  return `${tenantPartition}/`;
}

/** Whose credits a partition has: what {@link customerPartition} made it of. */
export function placeOfCustomer(partition: string): CustomerPlace {
  const end = partition.lastIndexOf('/');
  return { tenantPartition: partition.slice(0, end), key: partition.slice(end + 1) };
}

/** What is booked of an environment's capacity, by whichever org: all of it counts against the platform's capacity. */
export function platformPartition(environment: Caller['environment']): string {
  return `holdfast/capacity/${environment}`;
}

/** What an org's workloads use. */
export function usagePartition({ tenantId, environment }: Caller): string {
  return `${tenantId}/${environment}/capacity-usage`;
}
