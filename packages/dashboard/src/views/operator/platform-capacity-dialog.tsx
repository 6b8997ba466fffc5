import type { CapacityLimits, CapacityLimitsUpdate } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { Field } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { numberOf, timeOf } from '../../ui/form-values.ts';
import { Segmented } from '../../ui/segmented.tsx';

const choices = [
  { value: 'always', label: 'From now on' },
  { value: 'range', label: 'For a time' },
] as const;

interface PlatformCapacityDialogProps {
  readonly limits: CapacityLimits;
  /** Whose cap; undefined for the platform and every organisation. */
  readonly tenantId: string | undefined;
  readonly onClose: () => void;
}

export function PlatformCapacityDialog({ limits, tenantId, onClose }: PlatformCapacityDialogProps) {
  const [choice, setChoice] = useState<'always' | 'range'>('always');
  const save = usePlaceMutation({
    run: (holdfast, changes: CapacityLimitsUpdate) => holdfast.capacity.setLimits(changes),
    families: ['capacity'],
    done: () => 'The limits are set',
    showsErrors: true,
  });
  const isOfPlatform = tenantId === undefined;
  return (
    <FormDialog
      title={isOfPlatform ? 'Limits of the platform' : `Limits of ${tenantId}`}
      submitLabel="Set"
      onSubmit={(form) => save.mutateAsync({ ...readLimits(form), ...(tenantId && { tenant_id: tenantId }) })}
      onClose={onClose}
    >
      <div>
        <Segmented label="When they hold" options={choices} value={choice} onChange={setChoice} />
      </div>
      {choice === 'range' && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="From" name="from" type="datetime-local" step={900} required />
          <Field label="Until" name="to" type="datetime-local" step={900} required hint="On a quarter of an hour." />
        </div>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        {isOfPlatform && (
          <Amount
            label="Platform, GB"
            name="platform-gb"
            present={choice === 'always' ? limits.platform_capacity_gb : undefined}
          />
        )}
        <Amount
          label={isOfPlatform ? 'Each organisation, GB' : 'This organisation, GB'}
          name="org-gb"
          present={choice === 'always' ? limits.org_cap_gb : undefined}
        />
        {isOfPlatform && choice === 'always' && (
          <>
            <Amount
              label="Reserved, $/1,000,000 a GB-hour"
              name="reserved"
              present={limits.reserved_micros_per_gb_hour}
            />
            <Amount
              label="On demand, $/1,000,000 a GB-hour"
              name="on-demand"
              present={limits.on_demand_micros_per_gb_hour}
            />
          </>
        )}
      </div>
      <p className="text-xs text-muted">What is empty stays as it is. What is booked already stays booked.</p>
    </FormDialog>
  );
}

interface AmountProps {
  readonly label: string;
  readonly name: string;
  readonly present: number | undefined;
}

function Amount({ label, name, present }: AmountProps) {
  return <Field label={label} name={name} type="number" min={0} step={1} placeholder={present?.toString()} />;
}

function readLimits(form: FormData): CapacityLimitsUpdate {
  const given = {
    platform_capacity_gb: numberOf(form, 'platform-gb'),
    org_cap_gb: numberOf(form, 'org-gb'),
    reserved_micros_per_gb_hour: numberOf(form, 'reserved'),
    on_demand_micros_per_gb_hour: numberOf(form, 'on-demand'),
    from: timeOf(form, 'from'),
    to: timeOf(form, 'to'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
