import type { WebhookEndpoint } from '@holdfast/sdk';

import { PlaceLink } from '../../app/place-link.tsx';
import { columnsOf } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { EndpointState } from './endpoint-state.tsx';

const column = columnsOf<WebhookEndpoint>();

export const endpointColumns = column.columns([
  column.accessor('url', {
    header: 'URL',
    cell: ({ row }) => (
      <PlaceLink to={`webhooks/${row.original.id}`} className="font-medium hover:underline">
        {row.original.url}
      </PlaceLink>
    ),
  }),
  column.accessor('description', {
    header: 'Description',
    meta: { className: 'hidden w-48 text-muted lg:table-cell' },
    cell: ({ row }) => row.original.description ?? '–',
  }),
  column.accessor('types', {
    header: 'Gets',
    meta: { className: 'hidden w-44 text-muted md:table-cell' },
    cell: ({ row }) => typesInShort(row.original.types),
  }),
  column.display({
    id: 'state',
    header: 'State',
    meta: { className: 'w-32' },
    cell: ({ row }) => <EndpointState endpoint={row.original} />,
  }),
  column.accessor('created_at', {
    header: 'Created',
    meta: { className: 'hidden w-36 text-right text-muted sm:table-cell' },
    cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
  }),
]);

function typesInShort(types: WebhookEndpoint['types']): string {
  if (types === null) return 'all events';
  return types.length > 1 ? `${types.length} types` : (types[0] ?? 'nothing');
}
