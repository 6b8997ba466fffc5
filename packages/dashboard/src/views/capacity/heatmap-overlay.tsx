import { placeOf } from './heatmap-layout.ts';
import type { HeatmapOrientation } from './heatmap-layout.ts';
import type { Cell, Span } from './selection.ts';
import type { ShortSpan } from './shortfall-spans.ts';

interface HeatmapOverlayProps {
  readonly orientation: HeatmapOrientation;
  readonly spans: readonly Span[];
  readonly shortSpans: readonly ShortSpan[];
  /** The quarter that it is now, if it is in this week. */
  readonly present: Cell | undefined;
}

/** What lies over the days: the present, the selection, and what doesn't fit of it. */
export function HeatmapOverlay(props: HeatmapOverlayProps) {
  const { orientation, spans, shortSpans, present } = props;
  return (
    <g aria-hidden="true" className="pointer-events-none">
      {present && <PresentMark cell={present} orientation={orientation} />}
      {spans.map((span) => (
        <rect
          key={span.day}
          rx="3"
          className="fill-ink/15 stroke-ink"
          strokeWidth="2"
          {...placeOf(span, orientation)}
        />
      ))}
      {shortSpans.map((span) => (
        <ShortMark key={`${span.day} ${span.fromQuarter}`} span={span} orientation={orientation} />
      ))}
    </g>
  );
}

/** A line where the present is. */
function PresentMark({
  cell: { day, quarter },
  orientation,
}: {
  readonly cell: Cell;
  readonly orientation: HeatmapOrientation;
}) {
  const { x, y, width, height } = placeOf({ day, fromQuarter: quarter, toQuarter: quarter + 1 }, orientation);
  return orientation === 'rows' ? (
    <rect x={x} y={y} width="2" height={height} className="fill-negative" />
  ) : (
    <rect x={x} y={y} width={width} height="2" className="fill-negative" />
  );
}

/** Marks a shortfall, and says what could be had, where there is room for it. */
function ShortMark({ span, orientation }: { readonly span: ShortSpan; readonly orientation: HeatmapOrientation }) {
  const { x, y, width, height } = placeOf(span, orientation);
  const quartersForText = orientation === 'rows' ? 8 : 2;
  return (
    <>
      <rect
        x={x}
        y={y}
        width={width}
        height={height}
        rx="3"
        className="fill-negative-soft stroke-negative"
        strokeWidth="2"
      />
      {span.toQuarter - span.fromQuarter >= quartersForText && (
        <svg x={x} y={y} width={width} height={height}>
          <text
            x="50%"
            y="50%"
            textAnchor="middle"
            dominantBaseline="central"
            className="fill-negative text-2xs font-semibold tabular-nums"
          >
            {span.reservableGb.toLocaleString('en')} GB
          </text>
        </svg>
      )}
    </>
  );
}
