import type { IssuedWebhookEndpoint, WebhookEndpoint } from '@holdfast/sdk';

import { usePlaceMutation } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import { Field, TextArea } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { linesOf, textOf } from '../../ui/form-values.ts';
import { EventTypeFields, eventTypesOf } from './event-type-fields.tsx';

interface NewEndpointDialogProps {
  readonly onIssued: (endpoint: IssuedWebhookEndpoint) => void;
  readonly onClose: () => void;
}

export function NewEndpointDialog({ onIssued, onClose }: NewEndpointDialogProps) {
  const create = usePlaceMutation({
    run: (holdfast, endpoint: EndpointSettings) => holdfast.webhookEndpoints.create(endpoint),
    families: ['settings'],
    onSuccess: onIssued,
    showsErrors: true,
  });
  return (
    <FormDialog
      title="New endpoint"
      submitLabel="Create endpoint"
      onSubmit={(form) => create.mutateAsync(readEndpoint(form))}
      onClose={onClose}
    >
      <EndpointFields />
    </FormDialog>
  );
}

interface EditEndpointDialogProps {
  readonly endpoint: WebhookEndpoint;
  readonly onClose: () => void;
}

export function EditEndpointDialog({ endpoint, onClose }: EditEndpointDialogProps) {
  const save = usePlaceMutation({
    run: (holdfast, settings: EndpointSettings) => holdfast.webhookEndpoints.update(endpoint.id, settings),
    families: ['settings'],
    done: () => 'The endpoint is saved',
    showsErrors: true,
  });
  return (
    <FormDialog
      title="Edit endpoint"
      submitLabel="Save"
      onSubmit={(form) => save.mutateAsync(readEndpoint(form))}
      onClose={onClose}
    >
      <EndpointFields endpoint={endpoint} />
    </FormDialog>
  );
}

function EndpointFields({ endpoint }: { readonly endpoint?: WebhookEndpoint }) {
  const { environment } = usePlace();
  return (
    <>
      <Field
        label="URL"
        name="url"
        type="url"
        required
        maxLength={2_048}
        placeholder="https://example.com/holdfast"
        defaultValue={endpoint?.url}
        hint={environment === 'live' ? 'It must be https, at a public address.' : 'It must be at a public address.'}
      />
      <Field
        label="Description"
        name="description"
        maxLength={256}
        placeholder="Billing"
        defaultValue={endpoint?.description ?? undefined}
      />
      <EventTypeFields types={endpoint?.types ?? null} />
      <TextArea
        label="Headers"
        name="headers"
        rows={2}
        placeholder="X-Team: billing"
        defaultValue={Object.entries(endpoint?.headers ?? {})
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n')}
        hint="Of each request, one a line. Whoever sees the endpoint sees them."
      />
    </>
  );
}

type EndpointSettings = ReturnType<typeof readEndpoint>;

function readEndpoint(form: FormData) {
  return {
    url: textOf(form, 'url') ?? '',
    description: textOf(form, 'description') ?? null,
    types: eventTypesOf(form),
    headers: Object.fromEntries(linesOf(form, 'headers').map(readHeader)),
  };
}

function readHeader(line: string): [name: string, value: string] {
  const { name, value } = /^(?<name>[^\s:]+):\s*(?<value>.*)$/u.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined) throw new Error(`“${line}” is no header, such as “X-Team: billing”.`);
  return [name, value];
}
