import type { ReactNode } from 'react';

import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** What would be here, and what it is good for. */
  readonly description: ReactNode;
  /** How to fill it: a button, a `CodeSample`. */
  readonly children?: ReactNode;
}

/** What a view shows while there is nothing: it teaches how there would be something. */
export function EmptyState({ icon, title, description, children }: EmptyStateProps) {
  return (
    <div className="mx-auto grid w-full max-w-xl grid-cols-1 animate-appear justify-items-center px-4 py-10 text-center">
      <div className="mb-3 grid size-10 place-content-center rounded-xl border border-line bg-sunken text-muted">
        <Icon name={icon} className="size-5" />
      </div>
      <h2 className="font-semibold">{title}</h2>
      <p className="mt-1 max-w-md text-sm text-muted">{description}</p>
      {children !== undefined && <div className="mt-5 w-full min-w-0 text-left">{children}</div>}
    </div>
  );
}
