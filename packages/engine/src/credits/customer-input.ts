import type { Caller } from '../caller.ts';
import type { Environment } from '../environment.ts';
import { creditPartition } from '../partitions.ts';
import type { CustomerPlace } from '../partitions.ts';
import { invalidRequest } from '../shared/outcomes.ts';
import type { FieldFault, Refused } from '../shared/outcomes.ts';
import { keyOfDigest, keyOfUuid, uuidOf } from './ids.ts';
import type { Account } from './records.ts';

/** A customer as a request names it: its partition, and how to recognise it there. */
export interface CustomerReference {
  readonly customer: CustomerPlace;
  matches(account: Account): boolean;
}

/** How a body names a customer. */
export interface CustomerFields {
  readonly customer_id?: string | undefined;
  readonly external_customer_id?: string | undefined;
}

/** The customer that one of this family's ids belongs to; undefined for what can't be an id. */
export function customerOfId(caller: Caller, id: string): CustomerPlace | undefined {
  const key = keyOfUuid(id);
  return key === undefined ? undefined : { tenantPartition: creditPartition(caller), key };
}

/** Undefined for what can't be a customer's id. */
export function findById(caller: Caller, customerId: string): CustomerReference | undefined {
  const customer = customerOfId(caller, customerId);
  if (customer === undefined || customerId.toLowerCase() !== uuidOf(customer.key, 0)) return undefined;
  return { customer, matches: () => true };
}

/** The partition is a digest of the external id. If two ids ever collide, only the first customer can be created. */
export function findByExternalId(environment: Environment, caller: Caller, externalId: string): CustomerReference {
  const tenantPartition = creditPartition(caller);
  const key = keyOfDigest(environment.sha256(`${tenantPartition}/${externalId}`));
  return { customer: { tenantPartition, key }, matches: (account) => account.externalId === externalId };
}

/** Faults in how a body names its customer. */
export function findCustomerFaults(fields: CustomerFields, field = ''): readonly FieldFault[] {
  const { customer_id: id, external_customer_id: externalId } = fields;
  if ((id === undefined) !== (externalId === undefined)) return [];
  const message = 'must be given, or else external_customer_id: exactly one of the two';
  return [{ field: `${field}/customer_id`, rule: 'oneOf', message }];
}

/** The customer that a body names. Undefined for an id that can't be a customer's. */
export function findCustomer(
  environment: Environment,
  caller: Caller,
  fields: CustomerFields,
): CustomerReference | Refused | undefined {
  const faults = findCustomerFaults(fields);
  if (faults.length > 0) return invalidRequest(...faults);
  const { customer_id: id, external_customer_id: externalId } = fields;
  if (externalId !== undefined) return findByExternalId(environment, caller, externalId);
  return id === undefined ? undefined : findById(caller, id);
}
