import { ApiError, ConnectionError, PermissionDeniedError } from '@holdfast/sdk';

import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** What an error means to a reader. */
export function explainError(error: unknown): string {
  if (error instanceof PermissionDeniedError) return 'Your role doesn’t allow this.';
  if (error instanceof ConnectionError) return 'The server can’t be reached just now.';
  if (error instanceof ApiError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

/** Says what went wrong, and offers to try again where that makes sense. */
export function ErrorNotice({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  return (
    <Notice tone="negative">
      <p>{explainError(error)}</p>
      {onRetry && !(error instanceof PermissionDeniedError) && (
        <div className="mt-2">
          <Button onClick={onRetry}>Try again</Button>
        </div>
      )}
    </Notice>
  );
}
