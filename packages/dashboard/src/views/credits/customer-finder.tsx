import { NotFoundError } from '@holdfast/sdk';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { explainError } from '../../ui/error-notice.tsx';
import { SearchField } from '../../ui/field.tsx';

/** Opens a customer by the reader's own id. The list has them by age, and may be long. */
export function CustomerFinder() {
  const { tenantId, environment } = usePlace();
  const navigate = useNavigate();
  const [externalId, setExternalId] = useState('');
  const find = usePlaceMutation({
    run: (holdfast, id: string) => holdfast.credits.customers.get(id),
    families: [],
    showsErrors: true,
    onSuccess: ({ id }) => {
      void navigate({ to: `/${encodeURIComponent(tenantId)}/${environment}/credits/customers/${id}` });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (externalId.trim() !== '') find.mutate(externalId.trim());
  };
  const isUnknown = find.error instanceof NotFoundError;
  return (
    <form role="search" onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <div className="w-64 max-w-full">
        <SearchField
          label="Open by your own id"
          value={externalId}
          onChange={({ target }) => setExternalId(target.value)}
        />
      </div>
      <Button type="submit" isBusy={find.isPending}>
        Open
      </Button>
      <p role="status" className="text-sm text-negative">
        {find.error && (isUnknown ? `There is no customer ${find.variables}.` : explainError(find.error))}
      </p>
    </form>
  );
}
