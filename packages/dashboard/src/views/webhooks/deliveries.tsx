import type { WebhookDelivery, WebhookEndpoint } from '@holdfast/sdk';

import { useFilters } from '../../app/use-filters.ts';
import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { deliveryColumns } from './delivery-columns.tsx';
import { DeliveryPanel } from './delivery-panel.tsx';

const statuses = [
  { value: '', label: 'All' },
  { value: 'pending', label: 'Pending' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'dead', label: 'Dead' },
] as const;

type Status = (typeof statuses)[number]['value'];

/** Attempts are no events. */
const intervalMs = 2_000;

function useDeliveries(endpointId: string, status: Status) {
  return usePagedPlaceQuery<WebhookDelivery>({
    family: 'settings',
    key: ['webhook-deliveries', endpointId, status],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { ...(status !== '' && { status }), ...(cursor !== undefined && { cursor }) };
      const { data, pagination } = await holdfast.webhookEndpoints.deliveries(endpointId, query, { signal });
      return { items: data, nextCursor: pagination.next_cursor };
    },
    intervalMs,
  });
}

/** What was sent to an endpoint or waits to be, newest first. */
export function Deliveries({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  const [{ status: given, delivery: openedId }, setFilters] = useFilters({ status: '', delivery: '' });
  const status: Status = statuses.find(({ value }) => value === given)?.value ?? '';
  const { items, error, isLoading, loadMore, refresh } = useDeliveries(endpoint.id, status);
  const opened = items.find(({ id }) => id === openedId);
  return (
    <section className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-sm font-semibold">Deliveries</h2>
        <Segmented
          label="Which deliveries"
          options={statuses}
          value={status}
          onChange={(value) => setFilters({ status: value })}
        />
      </div>
      {error && <ErrorNotice error={error} onRetry={refresh} />}
      <DataTable
        label="Deliveries"
        columns={deliveryColumns}
        rows={items}
        rowKey={({ id }) => id}
        isLoading={isLoading}
        onEndReached={loadMore}
        onRowOpen={({ id }) => setFilters({ delivery: id })}
        selectedKey={opened?.id}
        empty={<NoDeliveries isFiltered={status !== ''} />}
      />
      {opened && <DeliveryPanel endpoint={endpoint} delivery={opened} onClose={() => setFilters({ delivery: '' })} />}
    </section>
  );
}

function NoDeliveries({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <EmptyState
      icon="list"
      title={isFiltered ? 'No such deliveries' : 'Nothing was sent yet'}
      description="Each event from now on that the endpoint gets is listed here, with every attempt and what came back. A test isn’t."
    />
  );
}
