import type { HoldfastEvent } from '@holdfast/sdk';
import { useMemo, useState } from 'react';

import { useFilters } from '../../app/use-filters.ts';
import { useScope } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { eventColumns } from './event-columns.tsx';
import { usualFilter } from './event-filter.ts';
import { EventFilters } from './event-filters.tsx';
import { EventPanel } from './event-panel.tsx';
import { NoEvents } from './no-events.tsx';
import { useEventLog } from './use-event-log.ts';

/** What happens here, as it happens, and what happened before. */
export function View() {
  const mayRead = useScope('events:read');
  if (mayRead) return <EventLog />;
  return (
    <Page title="Events">
      <Notice tone="neutral">Your role doesn’t let you read events.</Notice>
    </Page>
  );
}

function EventLog() {
  const [{ families, type, resource }, setFilter] = useFilters(usualFilter);
  const filter = useMemo(() => ({ families, type, resource }), [families, type, resource]);
  const { events, error, isPending, loadMore, refetch } = useEventLog(filter);
  const [pausedAt, setPausedAt] = useState<number>();
  const [opened, setOpened] = useState<HoldfastEvent>();
  const shown = pausedAt === undefined ? events : events.filter(({ number }) => number <= pausedAt);
  const waiting = events.length - shown.length;
  const isPaused = pausedAt !== undefined;
  const isFiltered = families !== '' || type !== '' || resource !== '';
  const showResource = (name: string) => {
    setOpened(undefined);
    setFilter({ ...usualFilter, resource: name });
  };
  return (
    <Page
      title="Events"
      description="All that happens here, as it happens, newest first."
      isFilling
      actions={
        <>
          <span role="status" className="sr-only">
            {isPaused && `Paused, ${waiting} new`}
          </span>
          <Button
            icon={isPaused ? 'play' : 'pause'}
            onClick={() => setPausedAt(isPaused ? undefined : (events[0]?.number ?? 0))}
          >
            {isPaused ? describeResume(waiting) : 'Pause'}
          </Button>
        </>
      }
    >
      <EventFilters filter={filter} onChange={setFilter} />
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      <DataTable
        label="Events"
        columns={eventColumns}
        rows={shown}
        rowKey={({ number }) => String(number)}
        isLoading={isPending}
        isFilling
        onEndReached={loadMore}
        onRowOpen={setOpened}
        selectedKey={opened && String(opened.number)}
        empty={<NoEvents isFiltered={isFiltered} onClear={() => setFilter(usualFilter)} />}
      />
      {opened && <EventPanel event={opened} onFilter={showResource} onClose={() => setOpened(undefined)} />}
    </Page>
  );
}

function describeResume(waiting: number): string {
  return waiting === 0 ? 'Resume' : `Resume, ${waiting} new`;
}
