import type { WebhookDelivery } from '@holdfast/sdk';

import { columnsOf } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { EventTypeBadge } from '../events/event-type-badge.tsx';
import { DeliveryStatus } from './delivery-status.tsx';

const column = columnsOf<WebhookDelivery>();

export const deliveryColumns = column.columns([
  column.accessor('event_type', {
    header: 'Event',
    meta: { className: 'w-48 sm:w-56' },
    cell: ({ row }) => (
      <button type="button" className="max-w-full rounded">
        <EventTypeBadge type={row.original.event_type} />
      </button>
    ),
  }),
  column.accessor('event_number', {
    header: 'Number',
    meta: { className: 'hidden w-24 text-muted tabular-nums md:table-cell' },
  }),
  column.accessor('status', {
    header: 'Status',
    meta: { className: 'w-28' },
    cell: ({ row }) => <DeliveryStatus status={row.original.status} />,
  }),
  column.display({
    id: 'answer',
    header: 'Last answer',
    meta: { className: 'hidden text-muted sm:table-cell' },
    cell: ({ row }) => lastAnswerOf(row.original),
  }),
  column.accessor('attempts', {
    header: 'Attempts',
    meta: { className: 'hidden w-24 text-right text-muted tabular-nums md:table-cell' },
    cell: ({ row }) => row.original.attempts.length,
  }),
  column.accessor('next_attempt_at', {
    header: 'Next attempt',
    meta: { className: 'hidden w-32 text-right text-muted lg:table-cell' },
    cell: ({ row }) =>
      row.original.next_attempt_at === null ? '–' : <RelativeTime at={row.original.next_attempt_at} />,
  }),
  column.accessor('created_at', {
    header: 'Queued',
    meta: { className: 'w-32 text-right text-muted' },
    cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
  }),
]);

function lastAnswerOf({ attempts }: WebhookDelivery): string {
  const last = attempts.at(-1);
  return last === undefined ? 'none yet' : String(last.status ?? last.error);
}
