import type { PutTierRequest, Tier } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { isChecked, numberOf, textOf } from '../../ui/form-values.ts';

interface TierDialogProps {
  /** Undefined for a new one. */
  readonly tier: Tier | undefined;
  readonly onClose: () => void;
}

export function TierDialog({ tier, onClose }: TierDialogProps) {
  const [isDeleting, setIsDeleting] = useState(false);
  const save = usePlaceMutation({
    run: (holdfast, { name, ...settings }: TierSettings) => holdfast.admin.tiers.put(name, settings),
    families: ['access'],
    done: ({ name }) => `The tier ${name} is saved`,
    showsErrors: true,
  });
  const remove = usePlaceMutation({
    run: (holdfast, name: string) => holdfast.admin.tiers.delete(name),
    families: ['access'],
    done: (_answer, name) => `There is no tier ${name} any more`,
    showsErrors: true,
  });
  return (
    <>
      <FormDialog
        title={tier === undefined ? 'New tier' : `The tier ${tier.name}`}
        submitLabel="Save"
        onSubmit={(form) => save.mutateAsync({ ...readTier(form), name: tier?.name ?? textOf(form, 'name') ?? '' })}
        onClose={onClose}
      >
        {tier === undefined && (
          <Field label="Name" name="name" required pattern="[a-z0-9\-]+" placeholder="team" hint="Of a-z, 0-9 and -." />
        )}
        <LimitFields tier={tier} />
        {tier !== undefined && (
          <div>
            <Button icon="trash" onClick={() => setIsDeleting(true)}>
              Delete this tier
            </Button>
          </div>
        )}
      </FormDialog>
      {isDeleting && tier !== undefined && (
        <ConfirmDialog
          title={`Delete the tier ${tier.name}?`}
          confirmLabel="Delete"
          onConfirm={() => remove.mutateAsync(tier.name, { onSuccess: onClose })}
          onClose={() => setIsDeleting(false)}
        >
          That is possible only while no tenant has it.
        </ConfirmDialog>
      )}
    </>
  );
}

function LimitFields({ tier }: Pick<TierDialogProps, 'tier'>) {
  const limit = (value: number | null | undefined) => ({
    type: 'number',
    min: 1,
    step: 1,
    placeholder: 'No limit',
    defaultValue: value ?? undefined,
  });
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Operations a minute" name="ops-per-minute" {...limit(tier?.ops_per_minute)} />
        <Field label="Operations a day" name="ops-per-day" {...limit(tier?.ops_per_day)} />
        <Field label="Concurrent locks" name="concurrent-locks" {...limit(tier?.concurrent_locks)} />
        <Field label="API keys" name="api-keys" {...limit(tier?.api_keys)} />
        <Field
          label="Hours of event history"
          name="event-history-hours"
          {...limit(tier?.event_history_hours)}
          min={0}
          placeholder="The server’s own"
          hint="0 for no events at all."
        />
      </div>
      <Checkbox name="webhooks" label="Webhooks" defaultChecked={tier?.webhooks ?? true} />
      <Checkbox name="jwt-exchange" label="Exchange of JWTs" defaultChecked={tier?.jwt_exchange ?? true} />
      <Checkbox
        name="enforce"
        label="Limits are enforced"
        hint="Else requests are counted, and none is refused."
        defaultChecked={tier?.enforce ?? true}
      />
    </>
  );
}

type TierSettings = PutTierRequest & { readonly name: string };

function readTier(form: FormData): PutTierRequest {
  return {
    ops_per_minute: numberOf(form, 'ops-per-minute') ?? null,
    ops_per_day: numberOf(form, 'ops-per-day') ?? null,
    concurrent_locks: numberOf(form, 'concurrent-locks') ?? null,
    api_keys: numberOf(form, 'api-keys') ?? null,
    event_history_hours: numberOf(form, 'event-history-hours') ?? null,
    webhooks: isChecked(form, 'webhooks'),
    jwt_exchange: isChecked(form, 'jwt-exchange'),
    enforce: isChecked(form, 'enforce'),
  };
}
