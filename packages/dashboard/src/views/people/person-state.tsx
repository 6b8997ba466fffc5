import type { Person } from '@holdfast/sdk';

import { Badge } from '../../ui/badge.tsx';

export function PersonState({ person: { state } }: { readonly person: Person }) {
  return (
    <Badge tone={state === 'member' ? 'positive' : 'warning'} hasDot>
      {state}
    </Badge>
  );
}

/** A provider may know no name, and whoever came by a start link has no address. */
export function nameOf({ name, email, id }: Person): string {
  return name ?? email ?? id;
}
