import { useId } from 'react';

import { formatNumber } from './format.ts';

interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly most: number;
}

/** How much of something is used. From four fifths on it warns. */
export function Meter({ label, value, most }: MeterProps) {
  const id = useId();
  const share = most === 0 ? 1 : Math.min(1, value / most);
  const colour = share >= 1 ? 'bg-danger' : share >= 0.8 ? 'bg-warning' : 'bg-accent';
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-3 text-sm">
        <span id={id}>{label}</span>
        <span className="text-muted tabular-nums">
          <span className="font-medium text-ink">{formatNumber(value)}</span> of {formatNumber(most)}
        </span>
      </div>
      <div
        role="meter"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={most}
        aria-valuenow={Math.min(value, most)}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div className={`h-full rounded-full transition-[width] ${colour}`} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
