import type { Reservation } from '@holdfast/sdk';
import { useDeferredValue } from 'react';

import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { RequestSample } from '../../session/request-sample.tsx';
import { Badge } from '../../ui/badge.tsx';
import { columnsOf, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { OutdatedNotice } from '../../ui/outdated-notice.tsx';
import { Countdown, RelativeTime } from '../../ui/time.tsx';

interface LockListProps {
  readonly prefix: string;
  readonly selected: string;
  readonly onOpen: (resource: string) => void;
}

const column = columnsOf<Reservation>();

const columns = column.columns([
  column.accessor('resource', {
    header: 'Resource',
    cell: ({ getValue }) => (
      <button type="button" className="max-w-full truncate rounded font-mono text-xs text-ink group-hover:underline">
        {getValue()}
      </button>
    ),
  }),
  column.accessor('requester', { header: 'Held by' }),
  column.accessor('resourceType', {
    header: 'Type',
    cell: ({ getValue }) => <Badge>{getValue()}</Badge>,
    meta: { className: 'hidden w-36 xl:table-cell' },
  }),
  column.accessor('reservedAt', {
    header: 'Since',
    cell: ({ getValue }) => <RelativeTime at={getValue()} />,
    meta: { className: 'hidden w-36 text-muted md:table-cell' },
  }),
  column.accessor('fencingToken', {
    header: 'Fencing token',
    meta: { className: 'hidden w-32 text-right text-muted tabular-nums lg:table-cell' },
  }),
  column.accessor('expiresAt', {
    header: 'Lapses in',
    cell: ({ getValue }) => {
      const expiresAt = getValue();
      return expiresAt === null ? <span className="text-muted">never</span> : <Countdown until={expiresAt} />;
    },
    meta: { className: 'w-28 text-right' },
  }),
]);

/** What is held, by name. */
export function LockList({ prefix, selected, onOpen }: LockListProps) {
  // Typing isn't held up by loading.
  const resourcePrefix = useDeferredValue(prefix);
  const locks = usePagedPlaceQuery({
    family: 'resources',
    key: ['locks', resourcePrefix],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { limit: 1_000, ...(resourcePrefix && { resourcePrefix }), ...(cursor && { cursor }) };
      const { reservations, nextCursor } = await holdfast.resources.list(query, { signal });
      return { items: reservations, nextCursor };
    },
  });
  if (locks.error) return <ErrorNotice error={locks.error} onRetry={locks.refresh} />;
  return (
    <>
      {locks.isOutdated && <OutdatedNotice onRefresh={locks.refresh} />}
      <DataTable
        label="Locks"
        columns={columns}
        rows={locks.items}
        rowKey={({ resource }) => resource}
        isLoading={locks.isLoading}
        onEndReached={locks.loadMore}
        selectedKey={selected}
        onRowOpen={({ resource }) => onOpen(resource)}
        empty={prefix === '' ? <NoLocks /> : <NoMatch prefix={prefix} />}
        isFilling
      />
    </>
  );
}

function NoMatch({ prefix }: { readonly prefix: string }) {
  return (
    <EmptyState
      icon="search"
      title="Nothing is held"
      description={`No held resource has a name that begins with ${prefix}.`}
    />
  );
}

function NoLocks() {
  return (
    <EmptyState
      icon="resources"
      title="Nothing is held"
      description="Locks appear here the moment somebody takes one. They lapse by themselves when their time is over."
    >
      <RequestSample
        label="Take a lock"
        method="POST"
        path="/api/v1/Reservation/reserve"
        body={[{ requester: 'alice', resource: 'nightly-report', ttlSeconds: 300 }]}
        typescript={[
          "await holdfast.withLock('nightly-report', async (lock) => {",
          '  // Nobody else is in here meanwhile.',
          '});',
        ].join('\n')}
      />
    </EmptyState>
  );
}
