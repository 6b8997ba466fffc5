import type { IndexValue, RangeQuery } from '@holdfast/engine/store';

import { behindKeys, toSortableKey } from './sortable-key.ts';

/** The least key that a range query may find, and the least that comes behind all of them. */
export function positionsOf(query: RangeQuery): { from: string; to: string } {
  const { equals = [], after } = query;
  const before = (...components: readonly IndexValue[]) => toSortableKey([...equals, ...components]);
  let from = query.from === undefined ? before() : before(query.from);
  let to = query.to === undefined ? behindKeys(equals) : before(query.to);
  if (after !== undefined) {
    if (query.descending === true) to = least(to, before(...after));
    else from = greatest(from, behindKeys([...equals, ...after]));
  }
  return { from, to };
}

function least(one: string, other: string): string {
  return one < other ? one : other;
}

function greatest(one: string, other: string): string {
  return one < other ? other : one;
}
