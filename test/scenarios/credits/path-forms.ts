import type { CustomerIds } from './credit-client.ts';

/** How a path names a customer: all paths of a customer exist in both forms. */
export type PathForm = (customer: CustomerIds) => string;

export const byId: PathForm = ({ id }) => `/v1/customers/${id}`;

export const byExternalId: PathForm = ({ externalId }) =>
  `/v1/customer-by-external-id/${encodeURIComponent(externalId)}`;

/** A customer that there need not be, for requests that never get as far as asking. */
export const anybody: CustomerIds = { id: 'any', externalId: 'any' };
