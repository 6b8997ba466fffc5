import { useEffect } from 'react';
import type { ReactNode } from 'react';

import { classNames } from './class-names.ts';

interface PageProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** What can be done here, at the right of the title. */
  readonly actions?: ReactNode;
  /** Whether the page is as high as the window, so that what is in it scrolls instead of the page: for long tables. */
  readonly isFilling?: boolean;
  readonly children: ReactNode;
}

/** A view: its title, which the window has too, its actions, and what it shows. */
export function Page({ title, description, actions, isFilling = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
  return (
    <div
      className={classNames(
        'mx-auto flex w-full max-w-7xl min-w-0 flex-col gap-5 px-4 py-5 sm:px-6 lg:px-8 lg:py-7',
        isFilling && 'min-h-[32rem] lg:h-dvh lg:in-data-[environment=test]:h-[calc(100dvh-1.5rem)]',
      )}
    >
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight [overflow-wrap:anywhere]">{title}</h1>
          {description !== undefined && <p className="mt-0.5 text-sm text-muted">{description}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
