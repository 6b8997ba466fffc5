import type { GrantRequest } from '@holdfast/sdk';
import { useState } from 'react';
import type { FormEvent } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Field } from '../../ui/field.tsx';
import { formatCredits } from '../../ui/format.ts';
import { emptyGrant, readGrant } from './grant-draft.ts';
import type { GrantDraft } from './grant-draft.ts';

interface GrantDialogProps {
  readonly customerId: string;
  readonly onClose: () => void;
}

/** Gives a customer credits, as a block of its own. */
export function GrantDialog({ customerId, onClose }: GrantDialogProps) {
  const [draft, setDraft] = useState(emptyGrant);
  const request = readGrant(draft, customerId);
  const grant = usePlaceMutation({
    run: (holdfast, input: GrantRequest) => holdfast.credits.grant(input),
    families: ['credits'],
    showsErrors: true,
    done: (_, input) => `Granted ${formatCredits(input.credits)} credits`,
    onSuccess: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (request) grant.mutate(request);
  };
  return (
    <Dialog title="Grant credits" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <GrantFields
          draft={draft}
          isCreditsBad={draft.credits !== '' && request === undefined}
          onChange={(changes) => setDraft({ ...draft, ...changes })}
        />
        {grant.error && <ErrorNotice error={grant.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={grant.isPending}>
            {request ? `Grant ${formatCredits(request.credits)} credits` : 'Grant credits'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface GrantFieldsProps {
  readonly draft: GrantDraft;
  readonly isCreditsBad: boolean;
  readonly onChange: (changes: Partial<GrantDraft>) => void;
}

function GrantFields({ draft, isCreditsBad, onChange }: GrantFieldsProps) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field
        label="Credits"
        required
        inputMode="decimal"
        placeholder="50"
        value={draft.credits}
        onChange={({ target }) => onChange({ credits: target.value })}
        error={isCreditsBad ? 'More than 0, with at most three decimals.' : undefined}
      />
      <Field
        label="Source"
        hint="Where they come from."
        required
        maxLength={64}
        value={draft.source}
        onChange={({ target }) => onChange({ source: target.value })}
      />
      <div className="sm:col-span-2">
        <Field
          label="Reason"
          hint="The ledger shows it. It can be left out."
          maxLength={256}
          value={draft.reason}
          onChange={({ target }) => onChange({ reason: target.value })}
        />
      </div>
      <Field
        label="Priority"
        hint="Lower ones are used up first."
        required
        type="number"
        step={1}
        value={draft.priority}
        onChange={({ target }) => onChange({ priority: target.value })}
      />
      <Field
        label="Expires"
        hint="In your time zone. Empty: never."
        type="datetime-local"
        value={draft.expiry}
        onChange={({ target }) => onChange({ expiry: target.value })}
      />
    </div>
  );
}
