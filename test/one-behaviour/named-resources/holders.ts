import fc from 'fast-check';

import { pick, pickLatest } from '../choices.ts';
import type { Journal } from '../family.ts';
import { objectsIn } from '../json-members.ts';
import { requester, resource } from './input.ts';

/** Whoever gives something up or extends it: the holder of an earlier answer, or anybody without a token. */
export type Holder =
  | { readonly pick: number; readonly isSlotMeant: boolean; readonly token: 'own' | 'missing' | 'other' | 'unknown' }
  | { readonly requester: string; readonly resource: string };

const token = fc.oneof(
  { weight: 6, arbitrary: fc.constant('own' as const) },
  { weight: 1, arbitrary: fc.constantFrom('missing' as const, 'other' as const, 'unknown' as const) },
);

export const holder: fc.Arbitrary<Holder> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ pick, isSlotMeant: fc.boolean(), token }) },
  { weight: 1, arbitrary: fc.record({ requester, resource }) },
);

/** The members that unreserve and renew have in common, with the token that this very target gave out. */
export function toHolderItem(wanted: Holder, journal: Journal): object {
  if ('resource' in wanted) return wanted;
  const holdings = holdingsIn(journal);
  const holding = pickLatest(holdings, wanted.pick);
  if (holding === undefined) return { requester: 'ada', resource: 'desk', releaseToken: 'none yet' };
  const other = pickLatest(holdings, wanted.pick + 1);
  const tokens = { own: holding.releaseToken, missing: undefined, other: other?.releaseToken, unknown: 'x'.repeat(32) };
  const name = wanted.isSlotMeant ? (holding.slot ?? holding.resource) : holding.resource;
  return { requester: holding.requester, resource: name, releaseToken: tokens[wanted.token] };
}

/** What an answer said that somebody holds. */
interface Holding {
  readonly requester: string;
  readonly resource: string;
  readonly slot: string | undefined;
  readonly releaseToken: string;
}

function holdingsIn({ exchanges }: Journal): readonly Holding[] {
  const results = exchanges.flatMap(({ json }) => [...objectsIn(json)]);
  return results.flatMap(({ requester: who, resource: name, releaseToken, acquiredSlots }) => {
    if (typeof who !== 'string' || typeof name !== 'string' || typeof releaseToken !== 'string') return [];
    const slot = acquiredSlots ? Object.values(acquiredSlots as Record<string, string>)[0] : undefined;
    return [{ requester: who, resource: name, slot, releaseToken }];
  });
}
