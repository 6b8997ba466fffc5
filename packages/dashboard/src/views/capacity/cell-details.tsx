import type { CapacityCalendarInterval } from '@holdfast/sdk';

import { amountsOf } from './amounts-of.ts';
import type { Cell } from './selection.ts';
import { dayName, timeOfDay } from './weeks.ts';

interface CellDetailsProps {
  readonly weekMs: number;
  readonly cell: Cell;
  readonly interval: CapacityCalendarInterval | undefined;
}

/** The figures of the cell under the pointer, or else of the one where the keys are. */
export function CellDetails({ weekMs, cell: { day, quarter }, interval }: CellDetailsProps) {
  return (
    <p className="mt-2 flex min-h-5 flex-wrap gap-x-3 text-sm text-muted tabular-nums">
      <span className="font-medium text-ink">
        {dayName(weekMs, day)}, {timeOfDay(quarter)}–{timeOfDay(quarter + 1)}
      </span>
      {interval && <span>{amountsOf(interval)}</span>}
    </p>
  );
}
