import fc from 'fast-check';

import { onceIn, pick, pickLatest } from '../choices.ts';
import type { Journal } from '../family.ts';
import { customersIn } from './known.ts';
import type { KnownCustomer } from './known.ts';

/** Few, so that most requests meet; some want escaping, and two order by code point otherwise than by UTF-16. */
export const externalId = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('ada', 'bob') },
  { weight: 1, arbitrary: fc.constantFrom('Ada', 'a/b c?%', 'ﬁ', 'fi', '\ufffd', '😀') },
);

/** Whom a request is about: somebody that earlier answers told of, or anybody; by either of the two names. */
export interface Who {
  readonly pick: number;
  readonly name: 'id' | 'externalId';
  readonly anybody: string | undefined;
  readonly slip: Slip | undefined;
}

type Slip = 'both' | 'neither' | 'unknownId' | 'noId' | 'capitals' | 'noText';

const slips: readonly Slip[] = ['both', 'neither', 'unknownId', 'noId', 'capitals', 'noText'];

export const who: fc.Arbitrary<Who> = fc.record({
  pick,
  name: fc.constantFrom('id', 'externalId'),
  anybody: onceIn(15, externalId),
  slip: onceIn(30, fc.constantFrom(...slips)),
});

/** A customer's id in form, but not one of this tenant. */
const unknownId = '00000000-0000-8000-9000-000000000000';

/** The members of a body that say whom it is about. */
export function toMembers({ slip, ...wanted }: Who, journal: Journal): object {
  const { id, externalId: name } = find(wanted, journal);
  switch (slip) {
    case 'both':
      return { customer_id: id, external_customer_id: name };
    case 'neither':
      return {};
    case 'unknownId':
      return { customer_id: unknownId };
    case 'noId':
      return { customer_id: 'nobody' };
    case 'capitals':
      return { customer_id: id?.toUpperCase() ?? unknownId };
    case 'noText':
      return { external_customer_id: '' };
    case undefined:
      return wanted.name === 'id' && id !== undefined ? { customer_id: id } : { external_customer_id: name };
  }
}

/** The beginning of a path that says whom it is about. */
export function toPath({ slip, ...wanted }: Who, journal: Journal): string {
  const { id, externalId: name } = find(wanted, journal);
  const byName = `/v1/customer-by-external-id/${encodeURIComponent(name)}`;
  switch (slip) {
    case 'unknownId':
      return `/v1/customers/${unknownId}`;
    case 'noId':
      return '/v1/customers/nobody';
    case 'capitals':
      return `/v1/customers/${(id ?? unknownId).toUpperCase()}`;
    case 'noText':
      return '/v1/customer-by-external-id/%00';
    default:
      return wanted.name === 'id' && id !== undefined ? `/v1/customers/${id}` : byName;
  }
}

type Found = Pick<KnownCustomer, 'externalId'> & Partial<KnownCustomer>;

/** Nobody has an id as long as no answer has told it. */
function find({ anybody, pick: picked }: Omit<Who, 'slip'>, journal: Journal): Found {
  const customers = customersIn(journal);
  if (anybody === undefined) return pickLatest(customers, picked) ?? { externalId: 'ada' };
  return customers.find((known) => known.externalId === anybody) ?? { externalId: anybody };
}
