import type { ReactNode } from 'react';

import { Icon } from './icon.tsx';

interface NoticeProps {
  readonly tone: 'neutral' | 'warning' | 'negative';
  readonly children: ReactNode;
}

const styles = {
  neutral: 'bg-sunken text-muted',
  warning: 'bg-warning-soft text-warning',
  negative: 'bg-negative-soft text-negative',
};

/** Something to be known before going on. What went wrong is read out at once. */
export function Notice({ tone, children }: NoticeProps) {
  return (
    <div
      role={tone === 'negative' ? 'alert' : 'note'}
      className={`flex items-start gap-2 rounded-lg px-3 py-2 text-sm ${styles[tone]}`}
    >
      <Icon name={tone === 'neutral' ? 'info' : 'warning'} className="mt-0.5 size-4" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
