import type { WebhookEndpoint, WebhookReplayRange } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { isChecked, numberOf, timeOf } from '../../ui/form-values.ts';
import { Segmented } from '../../ui/segmented.tsx';

const choices = [
  { value: 'time', label: 'From a time' },
  { value: 'number', label: 'After an event' },
] as const;

interface ReplayDialogProps {
  readonly endpoint: WebhookEndpoint;
  readonly onClose: () => void;
}

/** Has events of the history sent once more. */
export function ReplayDialog({ endpoint, onClose }: ReplayDialogProps) {
  const [choice, setChoice] = useState<'time' | 'number'>('time');
  const replay = usePlaceMutation({
    run: (holdfast, range: WebhookReplayRange) => holdfast.webhookEndpoints.replay(endpoint.id, range),
    families: ['settings'],
    done: ({ replayed }) => (replayed === 1 ? 'One event is sent again' : `${replayed} events are sent again`),
    showsErrors: true,
  });
  return (
    <FormDialog
      title="Replay events"
      submitLabel="Replay"
      onSubmit={(form) => replay.mutateAsync(rangeOf(form))}
      onClose={onClose}
    >
      <p className="text-sm text-muted">
        Sends events of the history again. They keep their <code className="font-mono text-xs">webhook-id</code>, by
        which a receiver knows what it has had before.
      </p>
      <div>
        <Segmented label="Which events" options={choices} value={choice} onChange={setChoice} />
      </div>
      {choice === 'time' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="From" name="from" type="datetime-local" required />
          <Field label="Until" name="to" type="datetime-local" hint="Until now, if it is empty." />
        </div>
      ) : (
        <Field
          label="After event number"
          name="after"
          type="number"
          min={0}
          step={1}
          required
          defaultValue={0}
          hint="0 is before the first one."
        />
      )}
      <Checkbox name="only-dead" label="Only those that couldn’t be delivered" hint="Whose attempts have all failed." />
    </FormDialog>
  );
}

function rangeOf(form: FormData): WebhookReplayRange {
  const only_dead = isChecked(form, 'only-dead');
  const after = numberOf(form, 'after');
  if (after !== undefined) return { after, only_dead };
  const to = timeOf(form, 'to');
  return { from: timeOf(form, 'from')!, ...(to !== undefined && { to }), only_dead };
}
