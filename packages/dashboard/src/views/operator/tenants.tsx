import type { Tenant } from '@holdfast/sdk';
import { useState } from 'react';

import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { columnsOf, DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { NewTenantDialog } from './tenant-dialog.tsx';
import { TenantPanel } from './tenant-panel.tsx';

const column = columnsOf<Tenant>();

const columns = column.columns([
  column.accessor('name', {
    header: 'Name',
    cell: ({ row }) => (
      <button type="button" className="max-w-full truncate rounded font-medium">
        {row.original.name}
      </button>
    ),
  }),
  column.accessor('id', {
    header: 'Id',
    meta: { className: 'hidden text-muted md:table-cell' },
    cell: ({ row }) => <span className="font-mono text-xs">{row.original.id}</span>,
  }),
  column.accessor('tier', { header: 'Tier', meta: { className: 'w-28' } }),
  column.accessor('suspended', {
    header: 'State',
    meta: { className: 'w-28' },
    cell: ({ row }) => <TenantState tenant={row.original} />,
  }),
  column.accessor('created_at', {
    header: 'Created',
    meta: { className: 'hidden w-36 text-right text-muted sm:table-cell' },
    cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
  }),
]);

/** Whom the server works for. */
export function Tenants() {
  const [openedId, setOpenedId] = useState<string>();
  const [isCreating, setIsCreating] = useState(false);
  const { items, error, isLoading, loadMore, refresh } = usePagedPlaceQuery<Tenant>({
    family: 'access',
    key: ['tenants'],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
      const { data, pagination } = await holdfast.admin.tenants.list(query, { signal });
      return { items: data, nextCursor: pagination.next_cursor };
    },
  });
  const opened = items.find(({ id }) => id === openedId);
  return (
    <>
      <div className="flex justify-end">
        <Button variant="primary" icon="add" onClick={() => setIsCreating(true)}>
          New tenant
        </Button>
      </div>
      {error && <ErrorNotice error={error} onRetry={refresh} />}
      <DataTable
        label="Tenants"
        columns={columns}
        rows={items}
        rowKey={({ id }) => id}
        isLoading={isLoading}
        onEndReached={loadMore}
        onRowOpen={({ id }) => setOpenedId(id)}
        selectedKey={openedId}
      />
      {opened && <TenantPanel tenant={opened} onClose={() => setOpenedId(undefined)} />}
      {isCreating && <NewTenantDialog onClose={() => setIsCreating(false)} />}
    </>
  );
}

function TenantState({ tenant: { suspended } }: { readonly tenant: Tenant }) {
  return (
    <Badge tone={suspended ? 'negative' : 'positive'} hasDot>
      {suspended ? 'suspended' : 'active'}
    </Badge>
  );
}
