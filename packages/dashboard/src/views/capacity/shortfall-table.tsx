import type { CapacityShortfall } from '@holdfast/sdk';

import { formatNumber } from '../../ui/format.ts';
import { shortfallRuns } from './runs.ts';
import { utcRange } from './utc-range.ts';

/** The figures of a refusal: where there is less than was asked for, and how much. */
export function ShortfallTable({ shortfalls }: { readonly shortfalls: readonly CapacityShortfall[] }) {
  const runs = shortfallRuns(shortfalls);
  return (
    <div
      className="max-h-56 overflow-y-auto rounded-lg border border-line"
      tabIndex={0}
      role="group"
      aria-label="What doesn’t fit"
    >
      <table className="w-full text-sm tabular-nums">
        <thead className="text-left text-xs text-muted">
          <tr className="border-b border-line">
            <th scope="col" className="px-3 py-1.5 font-medium">
              When (UTC)
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              Asked for
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              Can be had
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ fromMs, toMs, requestedGb, reservableGb }) => (
            <tr key={fromMs} className="border-b border-line last:border-0">
              <td className="px-3 py-1.5">{utcRange(fromMs, toMs)}</td>
              <td className="px-3 py-1.5 text-right">{formatNumber(requestedGb)} GB</td>
              <td className="px-3 py-1.5 text-right font-medium text-negative">{formatNumber(reservableGb)} GB</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
