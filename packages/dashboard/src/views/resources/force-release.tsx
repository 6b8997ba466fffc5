import { usePlaceMutation } from '../../live/place-query.ts';
import { Field } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { textOf } from '../../ui/form-values.ts';

interface ForceReleaseProps {
  readonly resource: string;
  readonly holder: string;
  readonly onClose: () => void;
}

/** Asks before it takes something from its holder, and why. */
export function ForceRelease({ resource, holder, onClose }: ForceReleaseProps) {
  const release = usePlaceMutation({
    run: (holdfast, reason: string | undefined) => holdfast.resources.forceRelease(resource, reason ? { reason } : {}),
    families: ['resources'],
    showsErrors: true,
    done: ({ status }) => (status === 'RELEASED' ? `${resource} is free` : `${resource} was free already`),
  });
  return (
    <FormDialog
      title={`Take ${resource} from ${holder}?`}
      submitLabel="Force release"
      submitVariant="danger"
      onSubmit={(form) => release.mutateAsync(textOf(form, 'reason'))}
      onClose={onClose}
    >
      <p className="text-sm text-muted">
        It becomes free at once, with all that was taken together with it, and anybody may take it. Its holder isn’t
        asked: {holder} learns of it at the next renewal. What checks fencing tokens refuses {holder} once there is a
        new holder.
      </p>
      <Field
        name="reason"
        label="Reason"
        hint={`Its history keeps it, where ${holder} can read it. It can be left out.`}
        maxLength={500}
      />
    </FormDialog>
  );
}
