interface LineChartProps {
  /** What it shows, with the figures that matter, for those who don't see it. */
  readonly label: string;
  /** The oldest first; at least two. */
  readonly values: readonly number[];
}

const [width, height] = [240, 48];

/** A line without axes: how something went. */
export function LineChart({ label, values }: LineChartProps) {
  const most = Math.max(...values) * 1.1 || 1;
  const points = values.map(
    (value, index) =>
      `${((index / (values.length - 1)) * width).toFixed(1)},${(height * (1 - value / most)).toFixed(1)}`,
  );
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="h-full w-full overflow-visible"
    >
      <polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} className="fill-accent-soft" />
      <polyline
        points={points.join(' ')}
        className="fill-none stroke-accent-text"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
