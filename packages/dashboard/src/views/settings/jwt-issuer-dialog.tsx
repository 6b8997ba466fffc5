import type { JsonWebKeys, JwtIssuer, PutJwtIssuerRequest } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import { Field, TextArea } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { textOf } from '../../ui/form-values.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { ScopeFields, scopesOf } from '../keys/scope-fields.tsx';

const choices = [
  { value: 'uri', label: 'At a URL' },
  { value: 'inline', label: 'Given here' },
] as const;

interface JwtIssuerDialogProps {
  readonly issuer: JwtIssuer | undefined;
  readonly onClose: () => void;
}

export function JwtIssuerDialog({ issuer, onClose }: JwtIssuerDialogProps) {
  const { tenantId, environment } = usePlace();
  const save = usePlaceMutation({
    run: (holdfast, trusted: PutJwtIssuerRequest) =>
      holdfast.admin.jwtIssuer.put(trusted, { tenant_id: tenantId, environment }),
    families: ['access'],
    done: (trusted) => `JWTs of ${trusted.issuer} are trusted`,
    showsErrors: true,
  });
  return (
    <FormDialog
      title={`Whose JWTs are trusted in ${environment}`}
      submitLabel="Save"
      onSubmit={(form) => save.mutateAsync(readIssuer(form))}
      onClose={onClose}
    >
      <Field
        label="Issuer"
        name="issuer"
        type="url"
        required
        placeholder="https://id.example.com"
        defaultValue={issuer?.issuer}
        hint="What “iss” must be, to the letter."
      />
      <Field
        label="Audience"
        name="audience"
        required
        placeholder="holdfast"
        defaultValue={issuer?.audience}
        hint="What “aud” must be or hold."
      />
      <KeyFields issuer={issuer} />
      <ScopeFields label="What its tokens may do" scopes={issuer?.scopes ?? []} mayBeAll={false} />
    </FormDialog>
  );
}

function KeyFields({ issuer }: Pick<JwtIssuerDialogProps, 'issuer'>) {
  const [choice, setChoice] = useState<'uri' | 'inline'>(issuer?.jwks ? 'inline' : 'uri');
  return (
    <>
      <div>
        <p className="mb-1.5 text-sm font-medium">Its public keys</p>
        <Segmented label="Its public keys" options={choices} value={choice} onChange={setChoice} />
      </div>
      {choice === 'uri' ? (
        <Field
          label="JWKS URL"
          name="jwks-uri"
          type="url"
          required
          placeholder="https://id.example.com/jwks.json"
          defaultValue={issuer?.jwks_uri ?? undefined}
        />
      ) : (
        <TextArea
          label="JWKS"
          name="jwks"
          rows={5}
          required
          placeholder='{ "keys": [ … ] }'
          defaultValue={issuer?.jwks ? JSON.stringify(issuer.jwks, null, 2) : undefined}
        />
      )}
    </>
  );
}

function readIssuer(form: FormData): PutJwtIssuerRequest {
  const uri = textOf(form, 'jwks-uri');
  return {
    issuer: textOf(form, 'issuer') ?? '',
    audience: textOf(form, 'audience') ?? '',
    ...(uri === undefined ? { jwks: readKeys(textOf(form, 'jwks') ?? '') } : { jwks_uri: uri }),
    scopes: scopesOf(form) ?? [],
  };
}

/** The server says what is wrong with keys. */
function readKeys(text: string): JsonWebKeys {
  try {
    return JSON.parse(text) as JsonWebKeys;
  } catch {
    throw new Error('The keys aren’t JSON.');
  }
}
