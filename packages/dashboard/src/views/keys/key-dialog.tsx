import type { ApiKey, IssuedApiKey } from '@holdfast/sdk';

import { usePlaceMutation } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import { Field, TextArea } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { linesOf, numberOf, textOf, timeOf, toLocalTime } from '../../ui/form-values.ts';
import { ScopeFields, scopesOf } from './scope-fields.tsx';

interface NewKeyDialogProps {
  readonly onIssued: (key: IssuedApiKey) => void;
  readonly onClose: () => void;
}

export function NewKeyDialog({ onIssued, onClose }: NewKeyDialogProps) {
  const { tenantId, environment } = usePlace();
  const create = usePlaceMutation({
    run: (holdfast, { scopes, expires_at, allowed_cidrs, ...key }: KeySettings) =>
      holdfast.admin.apiKeys.create({
        ...key,
        tenant_id: tenantId,
        environment,
        ...(scopes && { scopes }),
        ...(expires_at !== null && { expires_at }),
        ...(allowed_cidrs && { allowed_cidrs }),
      }),
    families: ['access'],
    onSuccess: onIssued,
    showsErrors: true,
  });
  return (
    <FormDialog
      title={`New ${environment} API key`}
      submitLabel="Create key"
      onSubmit={(form) => create.mutateAsync(readKey(form))}
      onClose={onClose}
    >
      <KeyFields />
    </FormDialog>
  );
}

interface EditKeyDialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}

export function EditKeyDialog({ apiKey, onClose }: EditKeyDialogProps) {
  const save = usePlaceMutation({
    run: (holdfast, settings: KeySettings) => holdfast.admin.apiKeys.update(apiKey.id, settings),
    families: ['access'],
    done: ({ label }) => `${label} is saved`,
    showsErrors: true,
  });
  return (
    <FormDialog
      title={`Edit ${apiKey.label}`}
      submitLabel="Save"
      onSubmit={(form) => save.mutateAsync(readKey(form))}
      onClose={onClose}
    >
      <KeyFields apiKey={apiKey} />
    </FormDialog>
  );
}

function KeyFields({ apiKey }: { readonly apiKey?: ApiKey }) {
  return (
    <>
      <Field
        label="Label"
        name="label"
        required
        maxLength={128}
        placeholder="Build server"
        defaultValue={apiKey?.label}
        hint="Names the key to people, and in events."
      />
      <ScopeFields label="What it may do" scopes={apiKey?.scopes ?? null} mayBeAll />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Expires"
          name="expires"
          type="datetime-local"
          defaultValue={apiKey?.expires_at ? toLocalTime(apiKey.expires_at) : undefined}
          hint="Never, if it is empty."
        />
        <Field
          label="Operations a minute"
          name="ops-per-minute"
          type="number"
          min={1}
          step={1}
          placeholder="No limit of its own"
          defaultValue={apiKey?.ops_per_minute ?? undefined}
          hint="Beside the tier’s limits."
        />
      </div>
      <TextArea
        label="Addresses"
        name="addresses"
        rows={2}
        placeholder="192.0.2.0/24"
        defaultValue={apiKey?.allowed_cidrs?.join('\n')}
        hint="Ranges that it may be used from, one a line. From everywhere, if it is empty."
      />
    </>
  );
}

type KeySettings = ReturnType<typeof readKey>;

function readKey(form: FormData) {
  const addresses = linesOf(form, 'addresses');
  return {
    label: textOf(form, 'label') ?? '',
    scopes: scopesOf(form),
    expires_at: timeOf(form, 'expires') ?? null,
    allowed_cidrs: addresses.length === 0 ? null : addresses,
    ops_per_minute: numberOf(form, 'ops-per-minute') ?? null,
  };
}
