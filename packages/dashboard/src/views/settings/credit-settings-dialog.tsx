import type { CreditSettings } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { isChecked, numberOf, textOf } from '../../ui/form-values.ts';
import { policyNames } from './overage-policies.ts';

type Policy = CreditSettings['overage_policy'];

const policies = (Object.keys(policyNames) as Policy[]).map((value) => ({ value, label: policyNames[value] }));

interface CreditSettingsDialogProps {
  readonly settings: CreditSettings;
  readonly onClose: () => void;
}

export function CreditSettingsDialog({ settings, onClose }: CreditSettingsDialogProps) {
  const [policy, setPolicy] = useState(settings.overage_policy);
  const save = usePlaceMutation({
    run: (holdfast, changes: CreditSettings) => holdfast.credits.updateSettings(changes),
    families: ['settings', 'credits'],
    done: () => 'The settings are saved',
    showsErrors: true,
  });
  const { overage_limit, balance_thresholds, emit_reservation_expired } = settings;
  return (
    <FormDialog
      title="Credit settings"
      submitLabel="Save"
      onSubmit={(form) => save.mutateAsync({ ...readSettings(form), overage_policy: policy })}
      onClose={onClose}
    >
      <Select
        label="Usage that costs more than there is"
        options={policies}
        value={policy}
        onChange={setPolicy}
        hint="A customer may have a policy of its own."
      />
      {policy !== 'block' && (
        <Field
          label="At most so many credits below 0"
          name="limit"
          type="number"
          min={0}
          step={0.001}
          placeholder="No limit"
          defaultValue={overage_limit === null ? undefined : overage_limit / 1_000}
        />
      )}
      <Field
        label="A balance is low below"
        name="thresholds"
        placeholder="50, 10"
        defaultValue={balance_thresholds.map((amount) => amount / 1_000).join(', ')}
        hint="Credits, with commas between them. A balance that falls below one is an event."
      />
      <Checkbox
        name="expired"
        label="Events of holds that lapse"
        hint="reservation.expired, beside the credits.released that there is anyway."
        defaultChecked={emit_reservation_expired}
      />
    </FormDialog>
  );
}

function readSettings(form: FormData) {
  const limit = numberOf(form, 'limit');
  return {
    overage_limit: limit === undefined ? null : toMillicredits(limit),
    balance_thresholds: amountsOf(textOf(form, 'thresholds') ?? ''),
    emit_reservation_expired: isChecked(form, 'expired'),
  };
}

function amountsOf(text: string): number[] {
  const amounts = text.split(/[\s,;]+/u).filter(Boolean);
  const wrong = amounts.find((amount) => !/^\d+(?:\.\d{1,3})?$/u.test(amount));
  if (wrong !== undefined) throw new Error(`“${wrong}” is no amount of credits, such as 50 or 12.5.`);
  return amounts.map((amount) => toMillicredits(Number(amount)));
}

function toMillicredits(credits: number): number {
  return Math.round(credits * 1_000);
}
