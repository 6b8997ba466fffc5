import type { ReactNode } from 'react';

import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';
import { Skeleton } from './skeleton.tsx';

interface StatProps {
  readonly icon: IconName;
  readonly label: string;
  /** Undefined while it isn't known. */
  readonly value: ReactNode | undefined;
  readonly unit?: string;
  /** What puts it into proportion. */
  readonly note: ReactNode;
}

/** One figure that matters. */
export function Stat({ icon, label, value, unit, note }: StatProps) {
  return (
    <section className="min-w-0 rounded-xl border border-line bg-surface p-4 shadow-card">
      <h2 className="flex items-center gap-2 text-sm font-medium text-muted">
        <Icon name={icon} className="size-4" />
        {label}
      </h2>
      <p className="mt-2 flex h-8 items-baseline gap-1.5 text-2xl font-semibold tracking-tight tabular-nums">
        {value === undefined ? <Skeleton className="h-7 w-20 self-center" /> : value}
        {unit !== undefined && value !== undefined && (
          <span className="text-sm font-normal tracking-normal text-muted">{unit}</span>
        )}
      </p>
      <p className="mt-1 min-h-5 text-sm text-muted">{note}</p>
    </section>
  );
}
