import fc from 'fast-check';

import { listOf, mostly } from '../choices.ts';
import { post } from '../drafts.ts';
import type { Draft } from '../family.ts';
import { holder, toHolderItem } from './holders.ts';
import { claim, definitions, forcedRelease, requester, resource, ttlSeconds } from './input.ts';

export const reserves: fc.Arbitrary<Draft> = listOf(
  fc.tuple(requester, claim).map(([who, item]) => ({ requester: who, ...item })),
  4,
).map((items) => post('/api/v1/Reservation/reserve', () => items));

const method = mostly(fc.constantFrom(undefined, 'ALL_OR_NONE', 'AS_MANY_AS_POSSIBLE', 'FIRST'), 'LAST');

export const transactions: fc.Arbitrary<Draft> = fc
  .record({ requester, items: listOf(claim, 4), method })
  .map((body) => post('/api/v1/Reservation/transaction', () => body));

export const unreserves: fc.Arbitrary<Draft> = listOf(holder, 3).map((holders) => {
  return post('/api/v1/Reservation/unreserve', (journal) => holders.map((each) => toHolderItem(each, journal)));
});

export const renewals: fc.Arbitrary<Draft> = listOf(fc.tuple(holder, ttlSeconds), 3).map((items) => {
  return post('/api/v1/Reservation/renew', (journal) => {
    return items.map(([each, seconds]) => ({ ...toHolderItem(each, journal), ttlSeconds: seconds }));
  });
});

export const forcedReleases: fc.Arbitrary<Draft> = forcedRelease.map((body) => {
  return post('/api/v1/Reservation/forceRelease', () => body);
});

export const registrations: fc.Arbitrary<Draft> = definitions.map(toRegister);

export const deletions: fc.Arbitrary<Draft> = resource.map((name) => ({
  toRequest: () => ({ method: 'DELETE', path: `/api/v1/Resource/definitions/${encodeURIComponent(name)}` }),
}));

export function toRegister(body: readonly unknown[]): Draft {
  return post('/api/v1/Resource/register', () => body);
}
