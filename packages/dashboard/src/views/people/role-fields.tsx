import type { Person } from '@holdfast/sdk';

import { useScope } from '../../session/place-context.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Select } from '../../ui/field.tsx';
import { isChecked } from '../../ui/form-values.ts';
import { roleMeanings, roleOptions } from './roles.ts';

interface RoleFieldsProps {
  readonly role: Person['role'];
  readonly isOperator: boolean;
  readonly onRoleChange: (role: Person['role']) => void;
}

/** What somebody is in a tenant. Only operators make operators. */
export function RoleFields({ role, isOperator, onRoleChange }: RoleFieldsProps) {
  const mayMakeOperators = useScope('platform:admin');
  return (
    <>
      <Select label="Role" options={roleOptions} value={role} onChange={onRoleChange} hint={roleMeanings[role]} />
      {mayMakeOperators && (
        <Checkbox
          name="is-operator"
          label="Operator of this server"
          hint="Looks after all tenants, tiers and the platform, too."
          defaultChecked={isOperator}
        />
      )}
    </>
  );
}

/** Left out where it can't be said, so that it stays as it is. */
export function operatorOf(form: FormData, mayMakeOperators: boolean): { readonly is_operator?: boolean } {
  return mayMakeOperators ? { is_operator: isChecked(form, 'is-operator') } : {};
}
