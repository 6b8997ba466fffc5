import type { Range, Records, Row } from '../kernel/record-access.ts';
import type { Position } from './cursors.ts';

/** How many rows one page reads at most while it looks for those that a filter keeps. */
const mostRowsRead = 5_000;
const rowsPerFurtherRead = 1_000;

export interface Page<Item> {
  readonly items: Item[];
  /** Where to go on; undefined at the end. */
  readonly end: Position | undefined;
}

/**
 * Up to `limit` rows of a range as items; `toItem` gives undefined for a row that a filter leaves out. A filter that
 * keeps few rows gets a short page, possibly an empty one, with a position to go on from, rather than an answer that
 * takes as long as the whole list. Ranges must be ordered by id alone after what they hold equal.
 */
export function readPage<Value, Item>(
  records: Records,
  range: Omit<Range<Value>, 'limit'>,
  limit: number,
  toItem: (row: Row<Value>) => Item | undefined,
): Page<Item> {
  const items: Item[] = [];
  let after = range.after;
  let rowsToRead = limit + 1;
  for (let rowsRead = 0; rowsRead < mostRowsRead;) {
    const rows = records.range({ ...range, limit: rowsToRead, ...(after === undefined ? {} : { after }) });
    for (const row of rows) {
      const item = toItem(row);
      if (item !== undefined && items.length === limit) return { items, end: after };
      if (item !== undefined) items.push(item);
      after = [row.id];
    }
    if (rows.length < rowsToRead) return { items, end: undefined };
    rowsRead += rows.length;
    rowsToRead = rowsPerFurtherRead;
  }
  return { items, end: after };
}
