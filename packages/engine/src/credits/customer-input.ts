import type { Caller } from '../caller.ts';
import { creditPartition } from '../partitions.ts';
import type { CustomerPlace } from '../partitions.ts';
import { keyOfDigest, keyOfUuid, uuidOf } from '../shared/numbered-ids.ts';
import { invalidRequest } from '../shared/outcomes.ts';
import type { FieldFault, Refused } from '../shared/outcomes.ts';
import type { CreditContext } from './context.ts';
import type { Account } from './records.ts';
import { unknownCustomer } from './refusals.ts';

/** A customer as a request names it: its partition, and how to recognise it there. */
export interface CustomerReference {
  readonly customer: CustomerPlace;
  matches(account: Account): boolean;
}

/** How a path names a customer: operations on one customer have two paths each. */
type CustomerPath = { readonly customer_id: string } | { readonly external_id: string };

/** How a body names a customer. */
interface CustomerFields {
  readonly customer_id?: string | undefined;
  readonly external_customer_id?: string | undefined;
}

/** The customer that a path names. */
export function findCustomerInPath(
  caller: Caller,
  path: CustomerPath,
  context: CreditContext,
): CustomerReference | Refused {
  return 'external_id' in path
    ? findByExternalId(caller, path.external_id, context)
    : findById(caller, path.customer_id);
}

/** The customer that a body names. */
export function findCustomerInBody(
  caller: Caller,
  body: CustomerFields,
  context: CreditContext,
): CustomerReference | Refused {
  const faults = findCustomerFaults(body);
  if (faults.length > 0) return invalidRequest(...faults);
  const { customer_id: id, external_customer_id: externalId } = body;
  if (externalId !== undefined) return findByExternalId(caller, externalId, context);
  return id === undefined ? unknownCustomer : findById(caller, id);
}

/** Faults in how a body names its customer. */
export function findCustomerFaults(fields: CustomerFields, field = ''): readonly FieldFault[] {
  const { customer_id: id, external_customer_id: externalId } = fields;
  if ((id === undefined) !== (externalId === undefined)) return [];
  const message = 'must be given, or else external_customer_id: exactly one of the two';
  return [{ field: `${field}/customer_id`, rule: 'oneOf', message }];
}

/** The partition is a digest of the external id. If two ids ever collide, only the first customer can be created. */
export function findByExternalId(
  caller: Caller,
  externalId: string,
  { environment }: CreditContext,
): CustomerReference {
  const tenantPartition = creditPartition(caller);
  const key = keyOfDigest(environment.sha256(`${tenantPartition}/${externalId}`));
  return { customer: { tenantPartition, key }, matches: (account) => account.externalId === externalId };
}

function findById(caller: Caller, customerId: string): CustomerReference | Refused {
  const customer = customerOfId(caller, customerId);
  if (customer === undefined || customerId.toLowerCase() !== uuidOf(customer.key, 0)) return unknownCustomer;
  return { customer, matches: () => true };
}

/** The customer that one of this family's ids belongs to; undefined for what can't be an id. */
export function customerOfId(caller: Caller, id: string): CustomerPlace | undefined {
  const key = keyOfUuid(id);
  return key === undefined ? undefined : { tenantPartition: creditPartition(caller), key };
}
