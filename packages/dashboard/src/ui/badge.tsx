import type { ReactNode } from 'react';

import { classNames } from './class-names.ts';

export type Tone = 'neutral' | 'accent' | 'positive' | 'warning' | 'negative';

const styles: Readonly<Record<Tone, string>> = {
  neutral: 'bg-hover text-muted',
  accent: 'bg-accent-soft text-accent-text',
  positive: 'bg-positive-soft text-positive',
  warning: 'bg-warning-soft text-warning',
  negative: 'bg-negative-soft text-negative',
};

interface BadgeProps {
  readonly tone?: Tone;
  /** Whether a dot of the tone comes first, as for a state. */
  readonly hasDot?: boolean;
  readonly children: ReactNode;
}

/** A word on something: its state, its type. */
export function Badge({ tone = 'neutral', hasDot = false, children }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex h-5 max-w-full items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        styles[tone],
      )}
    >
      {hasDot && <span aria-hidden="true" className="size-1.5 shrink-0 rounded-full bg-current" />}
      <span className="truncate">{children}</span>
    </span>
  );
}
