import type { ApiKey } from '@holdfast/sdk';

import { columnsOf } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { KeyState } from './key-state.tsx';

const column = columnsOf<ApiKey>();

export const keyColumns = column.columns([
  column.accessor('label', {
    header: 'Label',
    cell: ({ row }) => (
      <button type="button" className="max-w-full truncate rounded font-medium">
        {row.original.label}
      </button>
    ),
  }),
  column.accessor('display', {
    header: 'Key',
    meta: { className: 'hidden w-52 text-muted md:table-cell' },
    cell: ({ row }) => <span className="font-mono text-xs">{row.original.display ?? '–'}</span>,
  }),
  column.accessor('scopes', {
    header: 'May do',
    meta: { className: 'hidden w-44 text-muted lg:table-cell' },
    cell: ({ row }) => scopesInShort(row.original.scopes),
  }),
  column.display({
    id: 'state',
    header: 'State',
    meta: { className: 'w-28' },
    cell: ({ row }) => <KeyState apiKey={row.original} />,
  }),
  column.accessor('expires_at', {
    header: 'Expires',
    meta: { className: 'hidden w-32 text-muted sm:table-cell' },
    cell: ({ row }) => (row.original.expires_at === null ? 'never' : <RelativeTime at={row.original.expires_at} />),
  }),
  column.accessor('last_used_at', {
    header: 'Last used',
    meta: { className: 'hidden w-32 text-right text-muted sm:table-cell' },
    cell: ({ row }) => (row.original.last_used_at === null ? 'never' : <RelativeTime at={row.original.last_used_at} />),
  }),
]);

function scopesInShort(scopes: ApiKey['scopes']): string {
  if (scopes === null) return 'everything';
  return scopes.length > 1 ? `${scopes.length} scopes` : (scopes[0] ?? 'nothing');
}
