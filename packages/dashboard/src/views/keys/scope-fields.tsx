import type { Scope } from '@holdfast/sdk';
import { useState } from 'react';

import { includesScope, usePlace } from '../../session/place-context.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { isChecked } from '../../ui/form-values.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { scopePurposes } from './scopes.ts';

interface ScopeFieldsProps {
  readonly label: string;
  /** Those to begin with; null for all of the tenant's. */
  readonly scopes: readonly Scope[] | null;
  /** Whether there is a choice between all and some. */
  readonly mayBeAll: boolean;
}

const choices = [
  { value: 'all', label: 'Everything here' },
  { value: 'some', label: 'Only some of it' },
] as const;

/** What a key or a token may do. Nobody gives what he doesn't have, so only that is offered. */
export function ScopeFields({ label, scopes, mayBeAll }: ScopeFieldsProps) {
  const { scopes: own } = usePlace();
  const [choice, setChoice] = useState<'all' | 'some'>(scopes === null && mayBeAll ? 'all' : 'some');
  const offered = scopePurposes.filter(([scope]) => includesScope(own, scope) || scopes?.includes(scope));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      {mayBeAll && (
        <div>
          <Segmented label={label} options={choices} value={choice} onChange={setChoice} />
        </div>
      )}
      {choice === 'some' && (
        <div className="grid gap-2 rounded-lg border border-line p-3 sm:grid-cols-2">
          <input type="hidden" name="has-scopes" value="yes" />
          {offered.map(([scope, purpose]) => (
            <Checkbox
              key={scope}
              name="scopes"
              value={scope}
              defaultChecked={scopes?.includes(scope)}
              label={<span className="font-mono text-xs">{scope}</span>}
              hint={purpose}
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}

/** What was chosen; null for all of the tenant's. */
export function scopesOf(form: FormData): Scope[] | null {
  if (!isChecked(form, 'has-scopes')) return null;
  const chosen = form.getAll('scopes') as Scope[];
  if (chosen.length === 0) throw new Error('Choose at least one thing that it may do.');
  return chosen;
}
