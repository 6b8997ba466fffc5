import type { CreateMeteringRuleRequest } from '@holdfast/sdk';
import type { FormEvent } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DialogActions } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Field, Select } from '../../ui/field.tsx';
import type { CostType, ReadDraft, RuleDraft } from './rule-draft.ts';
import { TierFields } from './tier-fields.tsx';

interface RuleEditorProps {
  readonly draft: RuleDraft;
  /** What the draft comes to. */
  readonly read: ReadDraft;
  readonly onChange: (draft: RuleDraft) => void;
  readonly onClose: () => void;
}

const costTypes: readonly { readonly value: CostType; readonly label: string }[] = [
  { value: 'per_unit', label: 'Per unit' },
  { value: 'flat', label: 'Flat, however many units' },
  { value: 'package', label: 'By packages of units' },
  { value: 'tiered', label: 'By tiers' },
];

/** Writes another price, which holds from when it is saved. The calculator shows what it would change. */
export function RuleEditor({ draft, read, onChange, onClose }: RuleEditorProps) {
  const save = usePlaceMutation({
    run: (holdfast, rule: CreateMeteringRuleRequest) => holdfast.credits.rules.create(rule),
    families: ['credits'],
    showsErrors: true,
    done: () => 'The new price holds from now on',
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (read.rule) save.mutate(read.rule, { onSuccess: onClose });
  };
  return (
    <Card title="New price">
      <form onSubmit={submit} className="grid grid-cols-1 gap-4">
        <RuleFields draft={draft} onChange={(changes) => onChange({ ...draft, ...changes })} />
        <p role="status" className="min-h-5 text-sm text-muted">
          {read.fault ?? 'Amounts are credits. Holds that there are keep the price that they were made with.'}
        </p>
        {save.error && <ErrorNotice error={save.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!read.rule} isBusy={save.isPending}>
            Save price
          </Button>
        </DialogActions>
      </form>
    </Card>
  );
}

interface RuleFieldsProps {
  readonly draft: RuleDraft;
  readonly onChange: (changes: Partial<RuleDraft>) => void;
}

function RuleFields({ draft, onChange }: RuleFieldsProps) {
  const { costType } = draft;
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-3">
        <Select
          label="How it is priced"
          options={costTypes}
          value={costType}
          onChange={(next) => onChange({ costType: next })}
        />
        {costType === 'per_unit' && (
          <Field
            label="Credits a unit"
            inputMode="decimal"
            value={draft.unitCost}
            onChange={({ target }) => onChange({ unitCost: target.value })}
          />
        )}
        {costType === 'flat' && (
          <Field
            label="Credits"
            inputMode="decimal"
            value={draft.flatCost}
            onChange={({ target }) => onChange({ flatCost: target.value })}
          />
        )}
        {costType === 'package' && <PackageFields draft={draft} onChange={onChange} />}
      </div>
      {costType === 'tiered' && <TierFields draft={draft} onChange={onChange} />}
    </>
  );
}

function PackageFields({ draft, onChange }: RuleFieldsProps) {
  return (
    <>
      <Field
        label="Units a package"
        inputMode="numeric"
        value={draft.packageSize}
        onChange={({ target }) => onChange({ packageSize: target.value })}
      />
      <Field
        label="Credits a package"
        inputMode="decimal"
        value={draft.packageCost}
        onChange={({ target }) => onChange({ packageCost: target.value })}
      />
    </>
  );
}
