import type { Limits } from '@holdfast/sdk';

import { usePlaceQuery } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { LimitCard } from './limit-card.tsx';

/** Each figure, and the window that it is counted in, if it is. */
const figures = [
  { figure: 'ops_per_minute', title: 'Operations a minute', window: 'minute' },
  { figure: 'ops_per_day', title: 'Operations a day', window: 'day' },
  { figure: 'reads_per_minute', title: 'Reads a minute', window: 'minute' },
  { figure: 'concurrent_locks', title: 'Concurrent locks', window: undefined },
  { figure: 'api_keys', title: 'API keys', window: undefined },
] as const;

/** Nothing tells when a request was counted. */
const intervalMs = 3_000;

export function View() {
  const { environment } = usePlace();
  const { data, error, refetch } = usePlaceQuery({
    family: 'access',
    key: ['limits'],
    load: (holdfast, signal) => holdfast.limits({ signal }),
    intervalMs,
  });
  return (
    <Page title="Limits" description={`What the tier allows in ${environment}, and what is used of it by now.`}>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && !data.enforce && (
        <Notice tone="neutral">These limits are only counted and shown. Nothing is refused for their sake.</Notice>
      )}
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {figures.map(({ figure, title, window }) =>
          data === undefined ? (
            <Skeleton key={figure} className="h-24 rounded-xl" />
          ) : (
            <LimitCard
              key={figure}
              title={title}
              used={data.used[figure]}
              most={data.limits[figure]}
              resetsAt={window && data.resets_at[window]}
            />
          ),
        )}
      </div>
      {data && <Tier limits={data} />}
    </Page>
  );
}

function Tier({ limits: { tier } }: { readonly limits: Limits }) {
  return (
    <p className="text-sm text-muted">
      The tier is <span className="font-medium text-ink">{tier}</span>. Minutes are calendar minutes, days end at
      midnight UTC. Live and test are counted apart, except API keys. With several server processes, what is used may be
      shown a little too high.
    </p>
  );
}
