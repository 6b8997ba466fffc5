import type { Person, UpdatePersonRequest } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation } from '../../live/place-query.ts';
import { usePlace, useScope } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { nameOf, PersonState } from './person-state.tsx';
import { operatorOf, RoleFields } from './role-fields.tsx';

interface PersonPanelProps {
  readonly person: Person;
  readonly mayChange: boolean;
  readonly onClose: () => void;
}

/** Somebody who belongs to the tenant, or is invited to it. */
export function PersonPanel({ person, mayChange, onClose }: PersonPanelProps) {
  const { email, role, is_operator, invited_by, created_at, signed_in_at, expires_at } = person;
  return (
    <Dialog title={nameOf(person)} placement="side" onClose={onClose}>
      <div className="grid grid-cols-1 gap-5">
        {mayChange && <PersonActions person={person} />}
        <DetailList
          items={[
            ['State', <PersonState person={person} />],
            ['Email', email ?? 'none'],
            ['Role', role],
            ['Operator', is_operator ? 'yes' : 'no'],
            ['Invited by', invited_by ?? 'nobody'],
            [signed_in_at === null ? 'Invited' : 'Joined', <ExactTime at={created_at} />],
            ...(signed_in_at === null ? [] : [['Last signed in', <ExactTime at={signed_in_at} />] as const]),
            ...(expires_at === null ? [] : [['Can be taken up until', <ExactTime at={expires_at} />] as const]),
          ]}
        />
      </div>
    </Dialog>
  );
}

function PersonActions({ person }: Pick<PersonPanelProps, 'person'>) {
  const { tenantId } = usePlace();
  const [asked, setAsked] = useState<'role' | 'remove'>();
  const close = () => setAsked(undefined);
  const remove = usePlaceMutation({
    run: (holdfast, id: string) => holdfast.admin.people.remove(id, { tenant_id: tenantId }),
    families: ['access'],
    done: () => `${nameOf(person)} is removed`,
    showsErrors: true,
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button icon="edit" onClick={() => setAsked('role')}>
        Change role
      </Button>
      <Button icon="trash" onClick={() => setAsked('remove')}>
        Remove
      </Button>
      {asked === 'role' && <RoleDialog person={person} onClose={close} />}
      {asked === 'remove' && (
        <ConfirmDialog
          title={`Remove ${nameOf(person)}?`}
          confirmLabel="Remove"
          onConfirm={() => remove.mutateAsync(person.id)}
          onClose={close}
        >
          {person.state === 'invited'
            ? 'The invitation can’t be taken up any more.'
            : 'They can’t reach this tenant any more, within 5 seconds. API keys that they have copied stay valid: rotate those.'}
        </ConfirmDialog>
      )}
    </div>
  );
}

interface RoleDialogProps {
  readonly person: Person;
  readonly onClose: () => void;
}

function RoleDialog({ person, onClose }: RoleDialogProps) {
  const { tenantId } = usePlace();
  const mayMakeOperators = useScope('platform:admin');
  const [role, setRole] = useState(person.role);
  const save = usePlaceMutation({
    run: (holdfast, changes: UpdatePersonRequest) =>
      holdfast.admin.people.update(person.id, changes, { tenant_id: tenantId }),
    families: ['access'],
    done: (changed) => `${nameOf(changed)} is ${changed.role} now`,
    showsErrors: true,
  });
  return (
    <FormDialog
      title={`What ${nameOf(person)} is here`}
      submitLabel="Save"
      onSubmit={(form) => save.mutateAsync({ role, ...operatorOf(form, mayMakeOperators) })}
      onClose={onClose}
    >
      <RoleFields role={role} isOperator={person.is_operator} onRoleChange={setRole} />
    </FormDialog>
  );
}
