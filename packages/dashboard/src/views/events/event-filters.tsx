import { useState } from 'react';

import { SearchField, Select } from '../../ui/field.tsx';
import type { EventFilter } from './event-filter.ts';
import { eventFamilies, eventTypes, familyOfType } from './event-types.ts';

interface EventFiltersProps {
  readonly filter: EventFilter;
  readonly onChange: (changes: Partial<EventFilter>) => void;
}

const familyNames = { resources: 'Resources', credits: 'Credits', capacity: 'Capacity', access: 'Access' };

const familyOptions = [
  { value: '', label: 'All families' },
  ...eventFamilies.map((family) => ({ value: family, label: familyNames[family] })),
];

export function EventFilters({ filter, onChange }: EventFiltersProps) {
  const { families, type, resource } = filter;
  const types = eventTypes.filter((each) => families === '' || families.split(',').includes(familyOfType(each)!));
  const typeOptions = [{ value: '', label: 'All types' }, ...types.map((each) => ({ value: each, label: each }))];
  return (
    <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
      <Select
        label="Family"
        isLabelHidden
        options={familyOptions}
        value={families}
        onChange={(value) => onChange({ families: value, type: '', resource: '' })}
      />
      <Select
        label="Type"
        isLabelHidden
        options={typeOptions}
        value={type}
        onChange={(value) => onChange({ type: value })}
      />
      <ResourceField key={resource} resource={resource} onChange={(value) => onChange({ resource: value })} />
    </div>
  );
}

interface ResourceFieldProps {
  readonly resource: string;
  readonly onChange: (resource: string) => void;
}

function ResourceField({ resource, onChange }: ResourceFieldProps) {
  const [text, setText] = useState(resource);
  return (
    <form
      className="col-span-2 sm:w-64"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text.trim());
      }}
    >
      <SearchField
        label="Resource, exactly"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onBlur={() => text.trim() !== resource && onChange(text.trim())}
      />
    </form>
  );
}
