import type { CreateTenantRequest, Tenant } from '@holdfast/sdk';
import { useState } from 'react';

import { usePlaceMutation, usePlaceQuery } from '../../live/place-query.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { isChecked, textOf } from '../../ui/form-values.ts';

export function NewTenantDialog({ onClose }: { readonly onClose: () => void }) {
  const [tier, setTier] = useState('free');
  const create = usePlaceMutation({
    run: (holdfast, tenant: CreateTenantRequest) => holdfast.admin.tenants.create(tenant),
    families: ['access'],
    done: ({ name }) => `${name} is a tenant now`,
    showsErrors: true,
  });
  return (
    <FormDialog
      title="New tenant"
      submitLabel="Create tenant"
      onSubmit={(form) => create.mutateAsync({ ...readTenant(form), tier })}
      onClose={onClose}
    >
      <TenantFields tier={tier} onTierChange={setTier} />
    </FormDialog>
  );
}

interface EditTenantDialogProps {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}

export function EditTenantDialog({ tenant, onClose }: EditTenantDialogProps) {
  const [tier, setTier] = useState(tenant.tier);
  const save = usePlaceMutation({
    run: (holdfast, changes: CreateTenantRequest) => holdfast.admin.tenants.update(tenant.id, changes),
    families: ['access'],
    done: ({ name }) => `${name} is saved`,
    showsErrors: true,
  });
  return (
    <FormDialog
      title={`Edit ${tenant.name}`}
      submitLabel="Save"
      onSubmit={(form) => save.mutateAsync({ ...readTenant(form), tier })}
      onClose={onClose}
    >
      <TenantFields tenant={tenant} tier={tier} onTierChange={setTier} />
    </FormDialog>
  );
}

interface TenantFieldsProps {
  readonly tenant?: Tenant;
  readonly tier: string;
  readonly onTierChange: (tier: string) => void;
}

function TenantFields({ tenant, tier, onTierChange }: TenantFieldsProps) {
  const { data: names = [] } = usePlaceQuery({
    family: 'access',
    key: ['tier-names'],
    load: async (holdfast, signal) => {
      const { data } = await holdfast.admin.tiers.list({ limit: 200 }, { signal });
      return data.map(({ name }) => name);
    },
  });
  const options = [...new Set([...names, tier])].map((name) => ({ value: name, label: name }));
  return (
    <>
      <Field label="Name" name="name" required maxLength={256} placeholder="Acme Ltd" defaultValue={tenant?.name} />
      <Select
        label="Tier"
        options={options}
        value={tier}
        onChange={onTierChange}
        hint="What is held beyond the limits of a new tier stays held."
      />
      <Checkbox
        name="require-registration"
        label="Only registered resources can be locked"
        hint="Else any name can."
        defaultChecked={tenant?.require_registration}
      />
    </>
  );
}

function readTenant(form: FormData) {
  return { name: textOf(form, 'name') ?? '', require_registration: isChecked(form, 'require-registration') };
}
