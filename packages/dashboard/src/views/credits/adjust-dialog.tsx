import type { Account, AdjustRequest } from '@holdfast/sdk';
import { useState } from 'react';
import type { FormEvent } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Field } from '../../ui/field.tsx';
import { formatCredits } from '../../ui/format.ts';
import { formatChange, parseCredits } from './amounts.ts';

interface AdjustDialogProps {
  readonly customerId: string;
  readonly account: Account | undefined;
  readonly onClose: () => void;
}

/** Corrects a balance, up or down, for a reason that the ledger keeps. */
export function AdjustDialog({ customerId, account, onClose }: AdjustDialogProps) {
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const delta = parseCredits(amount) ?? 0;
  const adjust = usePlaceMutation({
    run: (holdfast, request: AdjustRequest) => holdfast.credits.adjust(request),
    families: ['credits'],
    showsErrors: true,
    done: (_, request) => `Adjusted by ${formatChange(request.delta)} credits`,
    onSuccess: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (delta !== 0) adjust.mutate({ customer: { id: customerId }, delta, reason });
  };
  const after = account && delta !== 0 && `Available afterwards: ${formatCredits(account.effective_balance + delta)}.`;
  return (
    <Dialog title="Adjust the balance" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label="Credits to add, or with a minus to take away"
          required
          inputMode="text"
          placeholder="-2.5"
          value={amount}
          onChange={({ target }) => setAmount(target.value)}
          hint={after || 'What is held can’t be taken away.'}
          error={amount !== '' && amount !== '-' && delta === 0 ? 'Not 0, with at most three decimals.' : undefined}
        />
        <Field
          label="Reason"
          hint="The ledger keeps it."
          required
          maxLength={256}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        {adjust.error && <ErrorNotice error={adjust.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={adjust.isPending}>
            {delta === 0 ? 'Adjust' : `Adjust by ${formatChange(delta)}`}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
