import type { OperationId, OperationTypes } from '@holdfast/contract';

import type { OperationInput } from '../transport/call.ts';

/**
 * Which customer. A plain string is your own id of it, the external one.
 *
 * @example
 * ```ts
 * await holdfast.credits.account('acme');
 * await holdfast.credits.account({ externalId: 'acme' }); // the same
 * await holdfast.credits.account({ id: '7b0e1c1e-8a1f-4a52-9c3e-6d1d5a0c9f10' }); // by Holdfast's id
 * ```
 */
export type CustomerReference =
  | string
  | { readonly externalId: string; readonly id?: never }
  | { readonly id: string; readonly externalId?: never };

/** The contract's request with `customer` instead of the two members by which the wire names a customer. */
export type ForCustomer<Request> = Omit<Request, 'customer_id' | 'external_customer_id'> & {
  readonly customer: CustomerReference;
};

/** The operations that the contract has twice: by `customer_id`, and by `external_id` with this ending. */
type CustomerOperationId = {
  [Id in OperationId]: `${Id}ByExternalId` extends OperationId ? Id : never;
}[OperationId];

interface CustomerInput<Id extends CustomerOperationId> {
  readonly path?: Omit<OperationTypes[Id]['path'], 'customer_id'>;
  readonly query?: OperationTypes[Id]['query'];
  readonly body?: OperationTypes[Id]['body'];
}

/** That one of an operation's two forms which takes the customer as the caller has named it, and what it takes. */
export function forCustomer<Id extends CustomerOperationId>(
  operationId: Id,
  customer: CustomerReference,
  { path, ...input }: CustomerInput<Id>,
): [Id, OperationInput<Id>] {
  const named = namedCustomer(customer);
  const form = 'customer_id' in named ? operationId : (`${operationId}ByExternalId` as const);
  return [form as Id, { path: { ...named, ...path }, ...input } as never];
}

/** A request as the wire has it. */
export function toWireRequest<Request extends ForCustomer<object>>({ customer, ...rest }: Request) {
  const named = namedCustomer(customer);
  return 'customer_id' in named ? { ...named, ...rest } : { external_customer_id: named.external_id, ...rest };
}

function namedCustomer(customer: CustomerReference): { customer_id: string } | { external_id: string } {
  if (typeof customer === 'string') return { external_id: customer };
  return customer.id === undefined ? { external_id: customer.externalId } : { customer_id: customer.id };
}
