import { useMutation } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';

import { Button } from './button.tsx';
import { Dialog, DialogActions } from './dialog.tsx';
import { ErrorNotice } from './error-notice.tsx';

interface FormDialogProps {
  readonly title: string;
  readonly submitLabel: string;
  /** Danger is for what can't be taken back. */
  readonly submitVariant?: 'primary' | 'danger';
  /** The fields, whose names {@link FormDialogProps.onSubmit} reads. */
  readonly children: ReactNode;
  readonly onSubmit: (form: FormData) => PromiseLike<unknown>;
  /** It was cancelled, or is done. */
  readonly onClose: () => void;
}

/** A form in a dialog, which stays open, with what is wrong, until its action succeeds. */
export function FormDialog({
  title,
  submitLabel,
  submitVariant = 'primary',
  children,
  onSubmit,
  onClose,
}: FormDialogProps) {
  const { mutate, isPending, error } = useMutation({ mutationFn: async (form: FormData) => onSubmit(form) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // Unlike one of `useMutation`, this isn't called once the dialog is gone, when it would close what is open by then.
    mutate(new FormData(event.currentTarget), { onSuccess: onClose });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        {children}
        {error && <ErrorNotice error={error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant={submitVariant} isBusy={isPending}>
            {submitLabel}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
