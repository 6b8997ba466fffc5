import type { ReactNode } from 'react';

import type { HeatmapOrientation } from './heatmap-layout.ts';
import { dayName, daysOfWeek, timeOfDay } from './weeks.ts';

interface HeatmapAxesProps {
  readonly weekMs: number;
  readonly orientation: HeatmapOrientation;
  readonly children: ReactNode;
}

const days = Array.from({ length: daysOfWeek }, (_, day) => day);

/** Names of days and times around the heatmap. Each cell has them in its own name, too. */
export function HeatmapAxes({ weekMs, orientation, children }: HeatmapAxesProps) {
  const inRows = orientation === 'rows';
  return (
    <div className={`grid ${inRows ? 'grid-cols-[5.5rem_1fr]' : 'grid-cols-[2.75rem_1fr]'}`}>
      <span className="self-end pb-1 text-2xs text-faint">UTC</span>
      <div aria-hidden="true" className={`grid pb-1 text-2xs text-faint ${inRows ? 'grid-cols-8' : 'grid-cols-7'}`}>
        {inRows
          ? hours(3).map((hour) => <span key={hour}>{hour}</span>)
          : days.map((day) => <DayLabel key={day} name={dayName(weekMs, day)} />)}
      </div>
      <div aria-hidden="true" className="text-2xs text-faint">
        {inRows
          ? days.map((day) => (
              <div key={day} className="flex h-8 items-center text-muted">
                {dayName(weekMs, day)}
              </div>
            ))
          : hours(1).map((hour) => (
              <div key={hour} className="h-9 leading-none">
                {hour}
              </div>
            ))}
      </div>
      {children}
    </div>
  );
}

/** `Mon, Nov 30` in two lines, as columns are narrow. */
function DayLabel({ name }: { readonly name: string }) {
  const [weekday, date = ''] = name.split(', ');
  return (
    <span className="text-center leading-tight">
      {weekday}
      <br />
      {date.replace(/^\w+ /u, '')}
    </span>
  );
}

function hours(step: number): readonly string[] {
  return Array.from({ length: 24 / step }, (_, index) => timeOfDay(index * step * 4));
}
