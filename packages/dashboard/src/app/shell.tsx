import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { usePlace } from '../session/place-context.ts';
import { IconButton } from '../ui/button.tsx';
import { Mark } from './mark.tsx';
import { Navigation } from './navigation.tsx';
import { PersonMenu } from './person-menu.tsx';
import { PlaceSwitch } from './place-switch.tsx';

/** The page around a view: on a wide window with the navigation beside it, on a phone behind a button. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { environment } = usePlace();
  const [isOpen, setIsOpen] = useState(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => setIsOpen(false), [path]);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
      <a
        href="#view"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-1.5 text-sm font-medium text-on-accent focus:translate-y-0"
      >
        Skip to the view
      </a>
      <PhoneBar isOpen={isOpen} onToggle={() => setIsOpen(!isOpen)} />
      <aside
        className={`${isOpen ? 'flex' : 'hidden'} fixed inset-x-0 top-12 bottom-0 z-30 flex-col overflow-y-auto bg-canvas p-3 lg:sticky lg:top-0 lg:flex lg:h-dvh lg:border-r lg:border-line`}
      >
        <div className="mb-3 hidden items-center gap-2 px-2 py-1 lg:flex">
          <Mark className="size-6" />
          <span className="font-semibold tracking-tight">Holdfast</span>
        </div>
        <PlaceSwitch />
        <Navigation />
        <PersonMenu />
      </aside>
      <main id="view" data-environment={environment} tabIndex={-1} className="flex min-w-0 flex-col outline-none">
        <TestMark />
        {children}
      </main>
    </div>
  );
}

interface PhoneBarProps {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function PhoneBar({ isOpen, onToggle }: PhoneBarProps) {
  const { tenantName } = usePlace();
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b border-line bg-canvas px-3 lg:hidden">
      <Mark className="size-6" />
      <span className="min-w-0 flex-1 truncate font-semibold">{tenantName}</span>
      <IconButton
        icon={isOpen ? 'close' : 'menu'}
        label={isOpen ? 'Close navigation' : 'Open navigation'}
        aria-expanded={isOpen}
        onClick={onToggle}
      />
    </header>
  );
}

/** Says that what is shown here doesn't count. */
function TestMark() {
  const { environment } = usePlace();
  if (environment === 'live') return null;
  return (
    <p className="h-6 truncate border-b border-line bg-warning-soft px-4 text-center text-xs leading-[1.4375rem] font-medium text-warning">
      Test environment: nothing here touches what is live
    </p>
  );
}
