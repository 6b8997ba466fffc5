import type { WebhookEventType } from '@holdfast/sdk';
import { useState } from 'react';

import { Checkbox } from '../../ui/checkbox.tsx';
import { isChecked } from '../../ui/form-values.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { webhookEventTypes } from '../events/event-types.ts';

const choices = [
  { value: 'all', label: 'All events' },
  { value: 'some', label: 'Only some types' },
] as const;

/** Which events an endpoint gets: all, null, or some types and groups of them. */
export function EventTypeFields({ types }: { readonly types: readonly WebhookEventType[] | null }) {
  const [choice, setChoice] = useState<'all' | 'some'>(types === null ? 'all' : 'some');
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-sm font-medium">What it gets</legend>
      <div>
        <Segmented label="What it gets" options={choices} value={choice} onChange={setChoice} />
      </div>
      {choice === 'some' && (
        <div className="grid max-h-56 gap-2 overflow-y-auto rounded-lg border border-line p-3 sm:grid-cols-2">
          <input type="hidden" name="has-types" value="yes" />
          {webhookEventTypes.map((type) => (
            <Checkbox
              key={type}
              name="types"
              value={type}
              defaultChecked={types?.includes(type)}
              label={<span className="font-mono text-xs">{type}</span>}
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}

/** What was chosen; null for all. */
export function eventTypesOf(form: FormData): WebhookEventType[] | null {
  if (!isChecked(form, 'has-types')) return null;
  const chosen = form.getAll('types') as WebhookEventType[];
  if (chosen.length === 0) throw new Error('Choose at least one type of event.');
  return chosen;
}
