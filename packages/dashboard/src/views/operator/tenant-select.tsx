import { usePlaceQuery } from '../../live/place-query.ts';
import { Select } from '../../ui/field.tsx';

interface TenantSelectProps {
  /** Empty for all of them. */
  readonly value: string;
  readonly onChange: (tenantId: string) => void;
}

export function TenantSelect({ value, onChange }: TenantSelectProps) {
  const { data: tenants = [] } = usePlaceQuery({
    family: 'access',
    key: ['tenant-names'],
    load: async (holdfast, signal) => {
      const names: { id: string; name: string }[] = [];
      for await (const { id, name } of holdfast.admin.tenants.list({ limit: 200 }, { signal }))
        names.push({ id, name });
      return names;
    },
  });
  const others = tenants.some(({ id }) => id === value) || value === '' ? [] : [{ value, label: value }];
  const options = [
    { value: '', label: 'All organisations' },
    ...tenants.map(({ id, name }) => ({ value: id, label: name })),
    ...others,
  ];
  return <Select label="Organisation" options={options} value={value} onChange={onChange} />;
}
