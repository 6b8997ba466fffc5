import type { Range, Records, Row } from '../kernel/record-access.ts';
import type { Position } from './cursors.ts';

/** The most rows that one page reads to find those its filter keeps. */
const mostRowsRead = 5_000;
const rowsPerFurtherRead = 1_000;

export interface Page<Item> {
  readonly items: Item[];
  /** Where the next page starts; undefined at the end. */
  readonly end: Position | undefined;
}

/**
 * Up to `limit` rows of a range as items; `toItem` returns undefined for a row that a filter leaves out. A selective
 * filter gets a short or empty page with a position to continue from, rather than a read of the whole list. Ranges must
 * be ordered by id after what they hold equal.
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
