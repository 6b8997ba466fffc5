import type { HoldfastEvent } from '@holdfast/sdk';

import { columnsOf } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { partsOf } from './event-parts.ts';
import { EventTypeBadge } from './event-type-badge.tsx';

const column = columnsOf<HoldfastEvent>();

export const eventColumns = column.columns([
  column.accessor('type', {
    header: 'Event',
    meta: { className: 'w-44 sm:w-48' },
    cell: ({ row }) => (
      <button type="button" className="max-w-full rounded">
        <EventTypeBadge type={row.original.type} />
      </button>
    ),
  }),
  column.display({
    id: 'subject',
    header: 'About',
    meta: { className: 'sm:w-44' },
    cell: ({ row }) => partsOf(row.original).subject ?? '–',
  }),
  column.display({
    id: 'summary',
    header: 'Details',
    meta: { className: 'hidden text-muted lg:table-cell' },
    cell: ({ row }) => <span className="font-mono text-xs">{partsOf(row.original).summary}</span>,
  }),
  column.display({
    id: 'actor',
    header: 'By',
    meta: { className: 'hidden w-32 text-muted xl:table-cell' },
    cell: ({ row }) => partsOf(row.original).actor ?? '–',
  }),
  column.accessor('number', {
    header: 'Number',
    meta: { className: 'hidden w-20 text-right text-muted tabular-nums md:table-cell' },
  }),
  column.display({
    id: 'at',
    header: 'When',
    meta: { className: 'hidden w-28 text-right text-muted sm:table-cell' },
    cell: ({ row }) => <RelativeTime at={partsOf(row.original).at} />,
  }),
]);
