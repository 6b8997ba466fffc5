interface BarsProps {
  /** What they show, with the figures that matter, for those who don't see them. */
  readonly label: string;
  /** The oldest first. */
  readonly values: readonly number[];
  /** What one of them is, as its tooltip. */
  readonly describe: (value: number, index: number) => string;
}

const height = 40;

/** Small bars side by side. They are as wide as there is room. */
export function Bars({ label, values, describe }: BarsProps) {
  const most = Math.max(1, ...values);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${values.length * 4} ${height}`}
      preserveAspectRatio="none"
      className="h-full w-full"
    >
      {values.map((value, index) => {
        const barHeight = value === 0 ? 1 : Math.max(2, (value / most) * height);
        return (
          <rect
            key={index}
            x={index * 4 + 0.5}
            y={height - barHeight}
            width="3"
            height={barHeight}
            className={value === 0 ? 'fill-line-strong' : 'fill-accent hover:fill-accent-hover'}
          >
            <title>{describe(value, index)}</title>
          </rect>
        );
      })}
    </svg>
  );
}
