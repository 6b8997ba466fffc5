import { useFilters } from '../../app/use-filters.ts';
import { usePlaceMutation } from '../../live/place-query.ts';
import { Field } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { textOf } from '../../ui/form-values.ts';
import { creditsFilters } from './filters.ts';

/** Makes a metric, and goes to where it gets its price. */
export function MetricDialog({ onClose }: { readonly onClose: () => void }) {
  const [, setFilters] = useFilters(creditsFilters);
  const create = usePlaceMutation({
    run: (holdfast, form: FormData) => {
      const name = textOf(form, 'name');
      return holdfast.credits.metrics.create({ key: textOf(form, 'key') ?? '', ...(name && { display_name: name }) });
    },
    families: ['credits'],
    showsErrors: true,
    onSuccess: ({ key }) => setFilters({ tab: 'prices', metric: key }),
  });
  return (
    <FormDialog
      title="New metric"
      submitLabel="Create metric"
      onSubmit={(form) => create.mutateAsync(form)}
      onClose={onClose}
    >
      <Field name="key" label="Key" hint="What your code counts, such as image or token." required maxLength={128} />
      <Field name="name" label="Name" hint="For people. It can be left out." maxLength={256} />
    </FormDialog>
  );
}
