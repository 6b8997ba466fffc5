import type { RangeQuery } from '@holdfast/engine/store';

import { precedes, toSortable, toSortableComponent } from './sortable-key.ts';
import type { Position } from './sortable-key.ts';

/** The two positions between which a range query's rows are. */
export function positionsOf(query: RangeQuery): { from: Position; to: Position } {
  const prefix = [toSortable(query.partition), ...(query.equals ?? []).map(toSortableComponent)];
  const at = (components: RangeQuery['equals'], after: boolean): Position => {
    return { key: [...prefix, ...(components ?? []).map(toSortableComponent)], after };
  };

  let from = query.from === undefined ? at([], false) : at([query.from], false);
  let to = query.to === undefined ? at([], true) : at([query.to], false);
  if (query.after) {
    if (query.descending) to = earlier(to, at(query.after, false));
    else from = later(from, at(query.after, true));
  }
  return { from, to };
}

function earlier(left: Position, right: Position): Position {
  return precedes(left, right) ? left : right;
}

function later(left: Position, right: Position): Position {
  return precedes(left, right) ? right : left;
}
