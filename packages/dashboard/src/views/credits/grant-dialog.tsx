import type { GrantRequest } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Field } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { numberOf, textOf, timeOf } from '../../ui/form-values.ts';
import { formatCredits } from '../../ui/format.ts';
import { parseCredits } from './amounts.ts';

interface GrantDialogProps {
  readonly customerId: string;
  readonly onClose: () => void;
}

/** Gives a customer credits, as a block of its own. */
export function GrantDialog({ customerId, onClose }: GrantDialogProps) {
  const [amount, setAmount] = useState('');
  const credits = parseCredits(amount) ?? 0;
  const grant = usePlaceMutation({
    run: (holdfast, request: GrantRequest) => holdfast.credits.grant(request),
    families: ['credits'],
    showsErrors: true,
    done: (_, request) => `Granted ${formatCredits(request.credits)} credits`,
  });
  return (
    <FormDialog
      title="Grant credits"
      submitLabel={credits > 0 ? `Grant ${formatCredits(credits)} credits` : 'Grant credits'}
      onSubmit={async (form) => {
        if (credits <= 0) throw new Error('What is granted is a number of credits greater than 0.');
        await grant.mutateAsync(readGrant(form, credits, customerId));
      }}
      onClose={onClose}
    >
      <div className="grid grid-cols-1 items-start gap-4 sm:grid-cols-2">
        <Field
          label="Credits"
          required
          inputMode="decimal"
          placeholder="50"
          hint="At most three decimals."
          value={amount}
          onChange={({ target }) => setAmount(target.value)}
        />
        <Field
          name="source"
          label="Source"
          hint="Where they come from."
          required
          maxLength={64}
          defaultValue="promotion"
        />
        <div className="sm:col-span-2">
          <Field name="reason" label="Reason" hint="The ledger shows it. It can be left out." maxLength={256} />
        </div>
        <Field
          name="priority"
          label="Priority"
          hint="Lower ones are used up first."
          type="number"
          step={1}
          defaultValue="0"
        />
        <Field name="expiry" label="Expires" hint="In your time zone. Empty: never." type="datetime-local" />
      </div>
    </FormDialog>
  );
}

function readGrant(form: FormData, credits: number, customerId: string): GrantRequest {
  const [reason, expiresAt] = [textOf(form, 'reason'), timeOf(form, 'expiry')];
  return {
    customer: { id: customerId },
    credits,
    source: textOf(form, 'source') ?? '',
    priority: numberOf(form, 'priority') ?? 0,
    ...(reason && { reason }),
    ...(expiresAt && { expires_at: expiresAt }),
  };
}
