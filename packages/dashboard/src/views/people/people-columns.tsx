import type { Person } from '@holdfast/sdk';

import { Badge } from '../../ui/badge.tsx';
import { columnsOf } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { nameOf, PersonState } from './person-state.tsx';

const column = columnsOf<Person>();

export const peopleColumns = column.columns([
  column.accessor('name', {
    header: 'Name',
    cell: ({ row }) => (
      <button type="button" className="max-w-full truncate rounded font-medium group-hover:underline">
        {nameOf(row.original)}
      </button>
    ),
  }),
  column.accessor('email', {
    header: 'Email',
    cell: ({ getValue }) => getValue() ?? '–',
    meta: { className: 'hidden text-muted md:table-cell' },
  }),
  column.accessor('role', {
    header: 'Role',
    cell: ({ row: { original } }) => (
      <span className="flex gap-1.5">
        {original.role}
        {original.is_operator && <Badge tone="accent">operator</Badge>}
      </span>
    ),
    meta: { className: 'w-40' },
  }),
  column.accessor('state', {
    header: 'State',
    cell: ({ row }) => <PersonState person={row.original} />,
    meta: { className: 'hidden w-28 sm:table-cell' },
  }),
  column.accessor('signed_in_at', {
    header: 'Last signed in',
    cell: ({ getValue }) => {
      const at = getValue();
      return at === null ? 'never' : <RelativeTime at={at} />;
    },
    meta: { className: 'hidden w-36 text-right text-muted lg:table-cell' },
  }),
]);
