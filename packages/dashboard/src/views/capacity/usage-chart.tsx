import type { CapacityUsageInterval } from '@holdfast/sdk';
import { useMemo } from 'react';

import { formatNumber } from '../../ui/format.ts';
import { chartHeight, usageShapes } from './usage-shapes.ts';
import type { UsageShapes } from './usage-shapes.ts';
import { dayName, quartersOfDay } from './weeks.ts';

interface UsageChartProps {
  readonly weekMs: number;
  readonly intervals: readonly CapacityUsageInterval[];
}

/** Use against reservations over a week, as areas that are what is charged. The table below has it in figures. */
export function UsageChart({ weekMs, intervals }: UsageChartProps) {
  const shapes = useMemo(() => usageShapes(intervals), [intervals]);
  const days = Array.from({ length: intervals.length / quartersOfDay }, (_, day) => day);
  return (
    <figure className="my-5">
      <div className="grid grid-cols-[auto_1fr] gap-x-2">
        <Scale topGb={shapes.topGb} />
        <Plot shapes={shapes} quarters={intervals.length} />
        <div aria-hidden="true" className="col-start-2 mt-1 grid grid-cols-7 text-2xs text-faint">
          {days.map((day) => (
            <span key={day} className="truncate">
              {dayName(weekMs, day).split(',')[0]}
            </span>
          ))}
        </div>
      </div>
      <figcaption className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <Key className="fill-none stroke-accent-text" name="booked" />
        <Key className="fill-accent/60" name="used of it" />
        <Key className="fill-negative" name="overage" />
      </figcaption>
    </figure>
  );
}

function Scale({ topGb }: { readonly topGb: number }) {
  return (
    <div aria-hidden="true" className="flex h-32 flex-col justify-between text-right text-2xs text-faint tabular-nums">
      {[topGb, topGb / 2, 0].map((gb) => (
        <span key={gb} className="leading-none">
          {formatNumber(gb)} GB
        </span>
      ))}
    </div>
  );
}

function Plot({ shapes, quarters }: { readonly shapes: UsageShapes; readonly quarters: number }) {
  const { reserved, covered, overage } = shapes;
  const midnights = Array.from({ length: quarters / quartersOfDay }, (_, day) => day * quartersOfDay);
  const line = { fill: 'none', vectorEffect: 'non-scaling-stroke' } as const;
  return (
    <svg
      role="img"
      aria-label="Memory that was used of what is booked, and beyond it"
      viewBox={`0 0 ${quarters} ${chartHeight}`}
      preserveAspectRatio="none"
      className="h-32 w-full overflow-visible"
    >
      <path d={midnights.map((x) => `M${x},0V${chartHeight}`).join('')} className="stroke-line" {...line} />
      <path d={`M0,${chartHeight}H${quarters}`} className="stroke-line-strong" {...line} />
      <path d={covered} className="fill-accent/60" />
      <path d={overage} className="fill-negative" />
      <path d={reserved} className="stroke-accent-text" strokeWidth="1.5" {...line} />
    </svg>
  );
}

function Key({ className, name }: { readonly className: string; readonly name: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg aria-hidden="true" width="12" height="12">
        <rect x="1" y="1" width="10" height="10" rx="2" className={className} strokeWidth="1.5" />
      </svg>
      {name}
    </span>
  );
}
