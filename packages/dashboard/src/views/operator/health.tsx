import { usePlaceQuery } from '../../live/place-query.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatDuration, formatNumber } from '../../ui/format.ts';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { loadServerStatus } from './server-status.ts';
import type { ServerStatus } from './server-status.ts';

const intervalMs = 5_000;

/** How the process is that this page talks to. Behind a load balancer that may be another one each time. */
export function Health() {
  const { data, error, refetch } = usePlaceQuery({
    family: 'settings',
    key: ['server-status'],
    load: (_holdfast, signal) => loadServerStatus(signal),
    intervalMs,
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-60 rounded-xl" />;
  const [state, ...warnings] = data.lines;
  return (
    <>
      <Card
        title="The process that answers"
        actions={
          <Badge tone={data.isReady ? 'positive' : 'negative'} hasDot>
            {state}
          </Badge>
        }
      >
        {data.metrics ? <Figures metrics={data.metrics} /> : <NoMetrics />}
      </Card>
      {warnings.map((warning) => (
        <Notice key={warning} tone="warning">
          {warning}
        </Notice>
      ))}
    </>
  );
}

function NoMetrics() {
  return (
    <p className="text-sm text-muted">
      Its metrics aren’t shown here: they have an address or a token of their own (<code>HOLDFAST_METRICS_PORT</code>,{' '}
      <code>HOLDFAST_METRICS_TOKEN</code>). Have your monitoring read them.
    </p>
  );
}

function Figures({ metrics }: { readonly metrics: NonNullable<ServerStatus['metrics']> }) {
  const count = (name: string) => formatNumber(metrics.get(name) ?? 0);
  const seconds = (name: string) => formatDuration((metrics.get(name) ?? 0) * 1_000);
  return (
    <DetailList
      items={[
        ['Requests answered', count('holdfast_http_request_duration_seconds_count')],
        ['In flight now', count('holdfast_http_requests_in_flight')],
        ['Connections', count('holdfast_http_connections')],
        ['Streams of events', count('holdfast_http_streams')],
        ['Events wait for their numbers', seconds('holdfast_outbox_lag_seconds')],
        ['Expiries wait to be announced', seconds('holdfast_sweep_lag_seconds')],
        ['Webhooks given up', count('holdfast_webhooks_dead_total')],
        ['Lines of the log that were lost', count('holdfast_log_lines_dropped_total')],
        ['Up for', upFor(metrics.get('process_start_time_seconds'))],
      ]}
    />
  );
}

function upFor(startedAtSeconds: number | undefined): string {
  return startedAtSeconds === undefined ? 'unknown' : formatDuration(Date.now() - startedAtSeconds * 1_000);
}
