import type { HeatmapOrientation } from './heatmap-layout.ts';
import { quartersOfDay } from './weeks.ts';

/** A pattern that draws a line after each quarter of the day that it fills, so that stretches need no cell for each. */
export function QuarterGrid({ id, orientation }: { readonly id: string; readonly orientation: HeatmapOrientation }) {
  const inRows = orientation === 'rows';
  const quarter = 1 / quartersOfDay;
  return (
    <pattern id={id} width={inRows ? quarter : 1} height={inRows ? 1 : quarter}>
      <rect width={inRows ? 1 : '100%'} height={inRows ? '100%' : 1} className="fill-surface" />
    </pattern>
  );
}
