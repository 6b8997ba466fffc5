import type { Account, AdjustRequest } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Field } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { textOf } from '../../ui/form-values.ts';
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
  const delta = parseCredits(amount) ?? 0;
  const adjust = usePlaceMutation({
    run: (holdfast, request: AdjustRequest) => holdfast.credits.adjust(request),
    families: ['credits'],
    showsErrors: true,
    done: (_, request) => `Adjusted by ${formatChange(request.delta)} credits`,
  });
  const after = account && delta !== 0 && `Available afterwards: ${formatCredits(account.effective_balance + delta)}.`;
  return (
    <FormDialog
      title="Adjust the balance"
      submitLabel={delta === 0 ? 'Adjust' : `Adjust by ${formatChange(delta)}`}
      onSubmit={async (form) => {
        if (delta === 0) throw new Error('What is to be adjusted is a number of credits, and not 0.');
        await adjust.mutateAsync({ customer: { id: customerId }, delta, reason: textOf(form, 'reason') ?? '' });
      }}
      onClose={onClose}
    >
      <Field
        label="Credits to add, or with a minus to take away"
        required
        placeholder="-2.5"
        value={amount}
        onChange={({ target }) => setAmount(target.value)}
        hint={after || 'What is held can’t be taken away.'}
      />
      <Field name="reason" label="Reason" hint="The ledger keeps it." required maxLength={256} />
    </FormDialog>
  );
}
