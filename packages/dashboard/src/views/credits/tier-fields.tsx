import { Button, IconButton } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import type { RuleDraft, TierDraft } from './rule-draft.ts';

interface TierFieldsProps {
  readonly draft: RuleDraft;
  readonly onChange: (changes: Partial<RuleDraft>) => void;
}

const modes = [
  { value: 'graduated', label: 'Graduated' },
  { value: 'volume', label: 'Volume' },
] as const;

const explanations = {
  graduated: 'Each unit costs what its own tier says.',
  volume: 'All units cost what the tier says that the last of them is in.',
};

const mostTiers = 50;

/** The tiers of a price, each of which begins where the one before it ends. */
export function TierFields({ draft: { mode, tiers }, onChange }: TierFieldsProps) {
  const change = (index: number, changes: Partial<TierDraft>) =>
    onChange({ tiers: tiers.map((tier, at) => (at === index ? { ...tier, ...changes } : tier)) });
  const add = () => onChange({ tiers: [...tiers, { upTo: '', unitCost: '0', flatCost: '0' }] });
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Segmented label="How tiers apply" options={modes} value={mode} onChange={(next) => onChange({ mode: next })} />
        <p className="text-sm text-muted">{explanations[mode]}</p>
      </div>
      <ol className="grid gap-2">
        {tiers.map((tier, index) => (
          <li key={index} className="grid grid-cols-[repeat(3,minmax(0,1fr))_auto] items-end gap-2">
            <Field
              label="Up to unit"
              isLabelHidden={index > 0}
              inputMode="numeric"
              disabled={index === tiers.length - 1}
              placeholder={index === tiers.length - 1 ? 'no end' : 'unit'}
              value={index === tiers.length - 1 ? '' : tier.upTo}
              onChange={({ target }) => change(index, { upTo: target.value })}
            />
            <Field
              label="Per unit"
              isLabelHidden={index > 0}
              inputMode="decimal"
              value={tier.unitCost}
              onChange={({ target }) => change(index, { unitCost: target.value })}
            />
            <Field
              label="Once"
              isLabelHidden={index > 0}
              inputMode="decimal"
              value={tier.flatCost}
              onChange={({ target }) => change(index, { flatCost: target.value })}
            />
            <IconButton
              icon="trash"
              label={`Remove tier ${index + 1}`}
              disabled={tiers.length === 1}
              onClick={() => onChange({ tiers: tiers.filter((_, at) => at !== index) })}
            />
          </li>
        ))}
      </ol>
      <div>
        <Button icon="add" disabled={tiers.length === mostTiers} onClick={add}>
          Add a tier
        </Button>
      </div>
    </div>
  );
}
