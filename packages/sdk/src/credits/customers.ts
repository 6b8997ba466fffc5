import type {
  CreateCustomerRequest,
  Customer,
  CustomerPage,
  ListCustomersData,
  UpdateCustomerRequest,
} from '@holdfast/contract/types';

import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import type { PagePromise } from '../transport/pages.ts';
import type { Transport } from '../transport/transport.ts';
import { forCustomer } from './customer-reference.ts';
import type { CustomerReference } from './customer-reference.ts';

export type CustomerQuery = NonNullable<ListCustomersData['query']>;

/** The customers whose credits are kept: `holdfast.credits.customers`. */
export class Customers {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a customer, without credits. `external_id` is your own id of it; it never changes.
   *
   * Published as `POST /v1/customers`.
   *
   * @throws {@link ConflictError} `conflict` when there is one with this `external_id`.
   * @example
   * ```ts
   * const { id } = await holdfast.credits.customers.create({ external_id: 'acme', display_name: 'Acme Ltd' });
   * ```
   */
  create(customer: CreateCustomerRequest, options?: CallOptions): HoldfastPromise<Customer> {
    return this.#transport.call('createCustomer', { body: customer }, options);
  }

  /**
   * One customer.
   *
   * Published as `GET /v1/customers/{customer_id}` and `GET /v1/customer-by-external-id/{external_id}`.
   *
   * @throws {@link NotFoundError} when there is no such customer.
   * @example
   * ```ts
   * const { id, display_name } = await holdfast.credits.customers.get('acme');
   * ```
   */
  get(customer: CustomerReference, options?: CallOptions): HoldfastPromise<Customer> {
    return this.#transport.call(...forCustomer('getCustomer', customer, {}), options);
  }

  /**
   * Changes what is given, and leaves the rest as it is. An `overage_policy` of null is the tenant's again.
   *
   * Published as `PATCH /v1/customers/{customer_id}` and `PATCH /v1/customer-by-external-id/{external_id}`.
   *
   * @throws {@link NotFoundError} when there is no such customer.
   * @example
   * ```ts
   * // Usage may take the balance down to −50,000 millicredits.
   * await holdfast.credits.customers.update('acme', { overage_policy: 'allow', overage_limit: 50_000 });
   * ```
   */
  update(
    customer: CustomerReference,
    changes: UpdateCustomerRequest,
    options?: CallOptions,
  ): HoldfastPromise<Customer> {
    return this.#transport.call(...forCustomer('updateCustomer', customer, { body: changes }), options);
  }

  /**
   * All customers, newest first: awaited the first page, iterated all of it.
   *
   * Published as `GET /v1/customers`.
   *
   * @example
   * ```ts
   * for await (const { external_id } of holdfast.credits.customers.list()) console.log(external_id);
   * ```
   */
  list(query: CustomerQuery = {}, options?: CallOptions): PagePromise<CustomerPage, Customer> {
    return this.#transport.list('listCustomers', { query }, (page) => page.data, options);
  }
}
