import { useNavigate } from '@tanstack/react-router';

import { usePlaceMutation } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import { Field } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { textOf } from '../../ui/form-values.ts';

/** Makes a customer, and goes to it. */
export function CustomerDialog({ onClose }: { readonly onClose: () => void }) {
  const { tenantId, environment } = usePlace();
  const navigate = useNavigate();
  const create = usePlaceMutation({
    run: (holdfast, form: FormData) => {
      const name = textOf(form, 'name');
      const externalId = textOf(form, 'externalId') ?? '';
      return holdfast.credits.customers.create({ external_id: externalId, ...(name && { display_name: name }) });
    },
    families: ['credits'],
    showsErrors: true,
    onSuccess: ({ id }) =>
      void navigate({ to: `/${encodeURIComponent(tenantId)}/${environment}/credits/customers/${id}` }),
  });
  return (
    <FormDialog
      title="New customer"
      submitLabel="Create customer"
      onSubmit={(form) => create.mutateAsync(form)}
      onClose={onClose}
    >
      <Field
        name="externalId"
        label="Your own id"
        hint="By which your code names the customer. It never changes."
        required
        maxLength={256}
      />
      <Field name="name" label="Name" hint="For people. It can be left out." maxLength={256} />
    </FormDialog>
  );
}
