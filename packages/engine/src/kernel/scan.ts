import { StoreUnavailable } from '../store.ts';
import type { RangeQuery, RecordKey, RecordValue, Snapshot, StoredRecord } from '../store.ts';

/** Something to add up over more rows than memory should hold at once. */
export interface Scan<Result> {
  /** Read before the rows, of the same committed state. */
  readonly records: readonly RecordKey[];
  /** Visited one after the other, each to its end; ordered by id alone after what they hold equal. */
  readonly ranges: readonly Omit<RangeQuery, 'limit' | 'after'>[];
  begin(): Tally<Result>;
}

/** What one pass over the rows adds up. */
interface Tally<Result> {
  /** Takes in rows of the range with that index, in its order. */
  take(range: number, rows: readonly StoredRecord[]): void;
  finish(records: readonly (RecordValue | undefined)[]): Result;
}

const rowsPerRead = 512;

interface ScanLimits {
  isInTime(): boolean;
  /** Resolves when so many rows may be taken in; undefined for at once. */
  mayRead(rows: number): Promise<void> | undefined;
}

/** Passes over everything once, a page at a time, so that others get their turn in between. */
export async function runScan<Result>(
  scan: Scan<Result>,
  snapshot: Snapshot,
  { isInTime, mayRead }: ScanLimits,
): Promise<Result> {
  const tally = scan.begin();
  const { records } = await snapshot.read({ records: scan.records });
  for (const [index, range] of scan.ranges.entries()) {
    let after: RangeQuery['after'];
    for (let isMore = true; isMore;) {
      if (!isInTime()) throw new StoreUnavailable('Too slow: the request was still counting at its deadline.');
      await mayRead(rowsPerRead);
      const query = { ...range, limit: rowsPerRead, ...(after === undefined ? {} : { after }) };
      const rows = (await snapshot.read({ ranges: [query] })).ranges[0] ?? [];
      tally.take(index, rows);
      after = [rows.at(-1)?.id ?? ''];
      isMore = rows.length === rowsPerRead;
    }
  }
  return tally.finish(records);
}
