import type { InvitePersonRequest, Person } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { usePlace, useScope } from '../../session/place-context.ts';
import { Field } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { textOf } from '../../ui/form-values.ts';
import { operatorOf, RoleFields } from './role-fields.tsx';

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const { tenantId } = usePlace();
  const mayMakeOperators = useScope('platform:admin');
  const [role, setRole] = useState<Person['role']>('member');
  const invite = usePlaceMutation({
    run: (holdfast, invitation: InvitePersonRequest) =>
      holdfast.admin.people.invite(invitation, { tenant_id: tenantId }),
    families: ['access'],
    done: ({ email }) => `${email} is invited`,
    showsErrors: true,
  });
  const submit = (form: FormData) =>
    invite.mutateAsync({ email: textOf(form, 'email') ?? '', role, ...operatorOf(form, mayMakeOperators) });
  return (
    <FormDialog title="Invite somebody" submitLabel="Invite" onSubmit={submit} onClose={onClose}>
      <Field
        label="Email address"
        name="email"
        type="email"
        required
        placeholder="ada@example.com"
        hint="Nothing is sent. Whoever signs in with it within 14 days belongs to this tenant: tell them."
      />
      <RoleFields role={role} isOperator={false} onRoleChange={setRole} />
    </FormDialog>
  );
}
