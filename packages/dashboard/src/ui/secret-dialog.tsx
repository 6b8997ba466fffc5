import type { ReactNode } from 'react';

import { Button } from './button.tsx';
import { CodeBlock } from './code-block.tsx';
import { Dialog, DialogActions } from './dialog.tsx';
import { Notice } from './notice.tsx';

interface SecretDialogProps {
  readonly title: string;
  /** What it is, such as “API key”. */
  readonly what: string;
  /** Null: an earlier answer had it, which got lost. */
  readonly value: string | null;
  /** What becomes of the value before it, or what to do with it. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** A value that is shown this once. */
export function SecretDialog({ title, what, value, children, onClose }: SecretDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="grid gap-3 text-sm">
        {value === null ? (
          <Notice tone="warning">
            The answer that had the {what} got lost on its way, and nobody can show it again. Rotate it for another one.
          </Notice>
        ) : (
          <>
            <p className="text-muted">Copy it now. Only you have it: the server can’t show it again.</p>
            <CodeBlock code={value} label={what} />
          </>
        )}
        {children}
      </div>
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          {value === null ? 'Close' : 'I have copied it'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
