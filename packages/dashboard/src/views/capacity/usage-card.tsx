import type { CapacityUsage, CapacityUsageTotals } from '@holdfast/sdk';

import { usePlaceQuery } from '../../live/place-query.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { formatDollars, formatGbHours, formatShare } from './amounts.ts';
import { UsageChart } from './usage-chart.tsx';
import { sumByDay } from './usage-days.ts';
import type { UsageTotals } from './usage-days.ts';
import { dayName, daysOfWeek, startOf } from './weeks.ts';

/** Usage comes by samples, which no event tells of. */
const refreshIntervalMs = 30_000;

/** What was used of a week's bookings, what beyond them, and what that costs. */
export function UsageCard({ weekMs }: { readonly weekMs: number }) {
  const { data, error, refetch, isPlaceholderData } = usePlaceQuery({
    family: 'capacity',
    key: ['usage', weekMs],
    intervalMs: refreshIntervalMs,
    load: (holdfast, signal) => {
      const period = { from: new Date(weekMs), to: new Date(startOf(weekMs, daysOfWeek, 0)) };
      return holdfast.capacity.usage(period, { signal });
    },
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <Card title="Usage and costs">
      {/* Another week's figures stay until this one's are here, so that nothing moves. */}
      <div className={isPlaceholderData ? 'opacity-50' : ''} aria-busy={isPlaceholderData}>
        <Totals totals={data?.totals} />
        {data ? <UsageChart weekMs={weekMs} intervals={data.intervals} /> : <Skeleton className="my-5 h-44 w-full" />}
        {data ? <DayTable weekMs={weekMs} usage={data} /> : <Skeleton className="h-72 w-full" />}
      </div>
    </Card>
  );
}

function Totals({ totals }: { readonly totals: CapacityUsageTotals | undefined }) {
  const figures = totals && [
    ['Booked', formatDollars(totals.reservedCostMicros), `${formatGbHours(totals.reservedGbSeconds)} GB-hours`],
    ['Overage', formatDollars(totals.overageCostMicros), `${formatGbHours(totals.overageGbSeconds)} GB-hours`],
    ['Together', formatDollars(totals.reservedCostMicros + totals.overageCostMicros), 'for the week'],
    [
      'Used of it',
      formatShare(totals.reservedGbSeconds - totals.unusedGbSeconds, totals.reservedGbSeconds),
      `${formatGbHours(totals.unusedGbSeconds)} GB-hours not used`,
    ],
  ];
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4">
      {(figures ?? ['Booked', 'Overage', 'Together', 'Used of it'].map((name) => [name])).map(
        ([name, figure, hint]) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="h-12">
              {figure === undefined ? (
                <Skeleton className="mt-1 h-5 w-20" />
              ) : (
                <>
                  <span className="block text-lg font-semibold tracking-tight tabular-nums">{figure}</span>
                  <span className="text-xs text-muted">{hint}</span>
                </>
              )}
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

function DayTable({ weekMs, usage }: { readonly weekMs: number; readonly usage: CapacityUsage }) {
  return (
    <table className="w-full text-sm tabular-nums">
      <caption className="pb-1 text-left text-xs text-muted">By day, in GB-hours and dollars</caption>
      <thead className="text-right text-xs text-muted">
        <tr className="border-b border-line">
          <th scope="col" className="py-1.5 text-left font-medium">
            Day
          </th>
          {['Booked', 'Not used', 'Overage', 'Costs'].map((name) => (
            <th key={name} scope="col" className="py-1.5 pl-2 font-medium">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sumByDay(usage.intervals).map((day, index) => (
          <DayRow key={index} name={dayName(weekMs, index)} day={day} />
        ))}
      </tbody>
    </table>
  );
}

function DayRow({ name, day }: { readonly name: string; readonly day: UsageTotals }) {
  const costMicros = day.reservedCostMicros + day.overageCostMicros;
  return (
    <tr className="border-b border-line text-right last:border-0">
      <th scope="row" className="py-1.5 text-left font-normal whitespace-nowrap">
        {name}
      </th>
      <td className="pl-2">{orDash(day.reservedGbSeconds, formatGbHours)}</td>
      <td className="pl-2">{orDash(day.unusedGbSeconds, formatGbHours)}</td>
      <td className="pl-2 text-negative">{orDash(day.overageGbSeconds, formatGbHours)}</td>
      <td className="pl-2 font-medium">{orDash(costMicros, formatDollars)}</td>
    </tr>
  );
}

function orDash(amount: number, format: (amount: number) => string) {
  return amount === 0 ? <span className="text-faint">–</span> : format(amount);
}
