import type { ErrorComponentProps } from '@tanstack/react-router';

import { ErrorNotice } from '../ui/error-notice.tsx';

/** What is shown in place of a view that could not be shown. */
export function ViewError({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto w-full max-w-xl p-8">
      <ErrorNotice error={error} onRetry={reset} />
    </div>
  );
}
