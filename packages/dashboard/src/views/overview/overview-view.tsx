import { useMemo } from 'react';

import { familyOf } from '../../live/live-events.ts';
import { usePlace } from '../../session/place-context.ts';
import { RequestSample } from '../../session/request-sample.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { ActivityCard } from './activity-card.tsx';
import { EventFeed } from './event-feed.tsx';
import { addUp } from './figures.ts';
import { LatencyCard } from './latency-card.tsx';
import { LimitsCard } from './limits-card.tsx';
import { CapacityStat, CreditsStat, LocksStat, RefusalsStat } from './stats.tsx';
import { useRecentEvents } from './use-recent-events.ts';

/** What goes on in the place just now. */
export function View() {
  const { tenantName } = usePlace();
  const { events, error, isLoading } = useRecentEvents();
  // A new tenant has events already: it was created, and so were its keys.
  const isNew = !isLoading && events.every((event) => familyOf(event) === 'access');
  const figures = useMemo(() => (isLoading ? undefined : addUp(events)), [events, isLoading]);
  return (
    <Page title="Overview" description={`What ${tenantName} holds, spends and books, as it happens`}>
      {error && <ErrorNotice error={error} />}
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-4">
        <LocksStat figures={figures} />
        <CreditsStat figures={figures} />
        <CapacityStat />
        <RefusalsStat figures={figures} />
      </div>
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-3">
        <div className="grid grid-cols-1 gap-4 xl:col-span-2">
          <ActivityCard events={events} />
          <Card title="Latest events" isFlush>
            {isNew ? <NothingYet /> : <EventFeed events={events} isLoading={isLoading} />}
          </Card>
        </div>
        <div className="grid grid-cols-1 gap-4">
          <LimitsCard />
          <LatencyCard />
        </div>
      </div>
    </Page>
  );
}

function NothingYet() {
  return (
    <EmptyState
      icon="events"
      title="Nothing has happened yet"
      description="Take a first lock, and watch it appear here."
    >
      <RequestSample
        label="Take a lock"
        method="POST"
        path="/api/v1/Reservation/reserve"
        body={[{ requester: 'alice', resource: 'demo', ttlSeconds: 300 }]}
        typescript={[
          "await holdfast.withLock('demo', async (lock) => {",
          '  // Nobody else is in here meanwhile.',
          '});',
        ].join('\n')}
      />
    </EmptyState>
  );
}
