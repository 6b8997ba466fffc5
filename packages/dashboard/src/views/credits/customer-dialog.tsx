import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Field } from '../../ui/field.tsx';

/** Makes a customer, and goes to it. */
export function CustomerDialog({ onClose }: { readonly onClose: () => void }) {
  const { tenantId, environment } = usePlace();
  const navigate = useNavigate();
  const [externalId, setExternalId] = useState('');
  const [name, setName] = useState('');
  const create = usePlaceMutation({
    run: (holdfast) =>
      holdfast.credits.customers.create({ external_id: externalId, ...(name !== '' && { display_name: name }) }),
    families: ['credits'],
    showsErrors: true,
    onSuccess: ({ id }) => {
      onClose();
      void navigate({ to: `/${encodeURIComponent(tenantId)}/${environment}/credits/customers/${id}` });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(undefined);
  };
  return (
    <Dialog title="New customer" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label="Your own id"
          hint="By which your code names the customer. It never changes."
          required
          maxLength={256}
          value={externalId}
          onChange={({ target }) => setExternalId(target.value)}
        />
        <Field
          label="Name"
          hint="For people. It can be left out."
          maxLength={256}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        {create.error && <ErrorNotice error={create.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isBusy={create.isPending}>
            Create customer
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
