import type { ReactNode } from 'react';

import { classNames } from './class-names.ts';

interface CardProps {
  readonly title?: ReactNode;
  /** At the right of the title. */
  readonly actions?: ReactNode;
  /** Whether what is in it reaches to its edges, as a table does. */
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}

export function Card({ title, actions, isFlush = false, children }: CardProps) {
  return (
    <section className="min-w-0 overflow-hidden rounded-xl border border-line bg-surface shadow-card">
      {title !== undefined && (
        <header className="flex min-h-11 items-center justify-between gap-3 border-b border-line px-4 py-1.5">
          <h2 className="text-sm font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      <div className={classNames(!isFlush && 'p-4')}>{children}</div>
    </section>
  );
}
