import { useState } from 'react';
import type { FormEvent } from 'react';

import { useFilters } from '../../app/use-filters.ts';
import { usePlaceMutation } from '../../live/place-query.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Field } from '../../ui/field.tsx';
import { creditsFilters } from './filters.ts';

/** Makes a metric, and goes to where it gets its price. */
export function MetricDialog({ onClose }: { readonly onClose: () => void }) {
  const [, setFilters] = useFilters(creditsFilters);
  const [key, setKey] = useState('');
  const [name, setName] = useState('');
  const create = usePlaceMutation({
    run: (holdfast) => holdfast.credits.metrics.create({ key, ...(name !== '' && { display_name: name }) }),
    families: ['credits'],
    showsErrors: true,
    onSuccess: (metric) => {
      setFilters({ tab: 'prices', metric: metric.key });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(undefined);
  };
  return (
    <Dialog title="New metric" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label="Key"
          hint="What your code counts, such as image or token."
          required
          maxLength={128}
          value={key}
          onChange={({ target }) => setKey(target.value)}
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
            Create metric
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
