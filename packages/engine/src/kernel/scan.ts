import { StoreUnavailable } from '../store.ts';
import type { RangeQuery, RecordKey, RecordValue, Snapshot, StoredRecord } from '../store.ts';

/** A read that adds up more rows than memory should hold. */
export interface Scan<Result> {
  /** Read before the rows, from the same snapshot. */
  readonly records: readonly RecordKey[];
  /** Read one after the other, each to its end, in the order of ids after what they hold equal. */
  readonly ranges: readonly Omit<RangeQuery, 'limit' | 'after'>[];
  begin(): Tally<Result>;
}

/** The running sums of one pass. */
interface Tally<Result> {
  /** Adds the next rows of the range with this index. */
  take(range: number, rows: readonly StoredRecord[]): void;
  finish(records: readonly (RecordValue | undefined)[]): Result;
}

const rowsPerRead = 512;

interface ScanLimits {
  isInTime(): boolean;
  /** Resolves when this many rows may be read; undefined: at once. */
  mayRead(rows: number): Promise<void> | undefined;
}

/** Reads everything once, page by page, yielding to the event loop in between. */
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
