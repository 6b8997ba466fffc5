import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { Button } from './button.tsx';
import { Dialog, DialogActions } from './dialog.tsx';
import { ErrorNotice } from './error-notice.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  /** What will be done, as the button has it. */
  readonly confirmLabel: string;
  /** What it means, and whether it can be taken back. */
  readonly children: ReactNode;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something that can't be taken back. */
export function ConfirmDialog({ title, confirmLabel, children, onConfirm, onClose }: ConfirmDialogProps) {
  const { mutate, isPending, error } = useMutation({ mutationFn: onConfirm });
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="grid gap-3 text-sm">
        <p className="text-muted">{children}</p>
        {error && <ErrorNotice error={error} />}
      </div>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="danger" isBusy={isPending} onClick={() => mutate(undefined, { onSuccess: onClose })}>
          {confirmLabel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
