import { memo } from 'react';

import { amountsOf } from './amounts-of.ts';
import { placeOf } from './heatmap-layout.ts';
import type { HeatmapOrientation } from './heatmap-layout.ts';
import { levelFills, levelOf } from './levels.ts';
import type { Stretch } from './stretches.ts';
import { dayName, quartersOfDay, timeOfDay } from './weeks.ts';

interface HeatmapDayProps {
  readonly weekMs: number;
  readonly day: number;
  readonly orientation: HeatmapOrientation;
  readonly stretches: readonly Stretch[];
  /** How many of its quarters have passed. */
  readonly passed: number;
  /** The pattern that tells quarters apart. */
  readonly gridId: string;
}

/** A day of the calendar, a cell for each stretch of it that has the same figures. */
export const HeatmapDay = memo(function HeatmapDay(props: HeatmapDayProps) {
  const { weekMs, day, orientation, stretches, passed, gridId } = props;
  const name = dayName(weekMs, day);
  const wholeDay = placeOf({ day, fromQuarter: 0, toQuarter: quartersOfDay }, orientation);
  return (
    <g role="row" aria-rowindex={day + 1}>
      <rect role="presentation" className={levelFills[0]} {...wholeDay} />
      {stretches.map((stretch) => {
        const { fromQuarter, toQuarter, interval } = stretch;
        return (
          <rect
            key={fromQuarter}
            role="gridcell"
            aria-colindex={fromQuarter + 1}
            aria-colspan={toQuarter - fromQuarter}
            aria-label={`${name}, ${timeOfDay(fromQuarter)}–${timeOfDay(toQuarter)}: ${amountsOf(interval)}`}
            className={levelFills[levelOf(interval)]}
            {...placeOf(stretch, orientation)}
          />
        );
      })}
      {passed > 0 && (
        <rect
          role="presentation"
          className="fill-surface/60"
          {...placeOf({ day, fromQuarter: 0, toQuarter: passed }, orientation)}
        />
      )}
      <rect role="presentation" fill={`url(#${gridId})`} {...wholeDay} />
    </g>
  );
});
