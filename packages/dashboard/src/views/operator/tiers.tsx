import type { Tier } from '@holdfast/sdk';
import { useState } from 'react';

import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { Button } from '../../ui/button.tsx';
import { columnsOf, DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatNumber } from '../../ui/format.ts';
import { TierDialog } from './tier-dialog.tsx';

const column = columnsOf<Tier>();

const columns = column.columns([
  column.accessor('name', {
    header: 'Name',
    cell: ({ row }) => (
      <button type="button" className="max-w-full truncate rounded font-medium">
        {row.original.name}
      </button>
    ),
  }),
  limitColumn('ops_per_minute', 'Ops/minute', 'w-28'),
  limitColumn('ops_per_day', 'Ops/day', 'hidden w-28 sm:table-cell'),
  limitColumn('concurrent_locks', 'Locks', 'w-24'),
  limitColumn('api_keys', 'Keys', 'hidden w-20 sm:table-cell'),
  limitColumn('event_history_hours', 'History, h', 'hidden w-28 md:table-cell'),
  yesColumn('webhooks', 'Webhooks', 'hidden w-24 lg:table-cell'),
  yesColumn('jwt_exchange', 'JWT', 'hidden w-20 lg:table-cell'),
  yesColumn('enforce', 'Enforced', 'hidden w-24 lg:table-cell'),
]);

/** What tenants may do, and how much. */
export function Tiers() {
  const [opened, setOpened] = useState<Tier | 'new'>();
  const { items, error, isLoading, loadMore, refresh } = usePagedPlaceQuery<Tier>({
    family: 'access',
    key: ['tiers'],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
      const { data, pagination } = await holdfast.admin.tiers.list(query, { signal });
      return { items: data, nextCursor: pagination.next_cursor };
    },
  });
  return (
    <>
      <div className="flex justify-end">
        <Button variant="primary" icon="add" onClick={() => setOpened('new')}>
          New tier
        </Button>
      </div>
      {error && <ErrorNotice error={error} onRetry={refresh} />}
      <DataTable
        label="Tiers"
        columns={columns}
        rows={items}
        rowKey={({ name }) => name}
        isLoading={isLoading}
        onEndReached={loadMore}
        onRowOpen={setOpened}
      />
      {opened && <TierDialog tier={opened === 'new' ? undefined : opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

type LimitName = 'ops_per_minute' | 'ops_per_day' | 'concurrent_locks' | 'api_keys' | 'event_history_hours';

function limitColumn(name: LimitName, header: string, className: string) {
  return column.accessor(name, {
    header,
    meta: { className: `${className} text-right tabular-nums` },
    cell: ({ row }) => {
      const limit = row.original[name];
      return limit === null ? <span title="No limit">∞</span> : formatNumber(limit);
    },
  });
}

function yesColumn(name: 'webhooks' | 'jwt_exchange' | 'enforce', header: string, className: string) {
  return column.accessor(name, {
    header,
    meta: { className },
    cell: ({ row }) => (row.original[name] ? 'yes' : 'no'),
  });
}
