import type { Limits } from '@holdfast/sdk';

import { usePlaceQuery } from '../../live/place-query.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

const names = {
  ops_per_minute: 'Operations this minute',
  ops_per_day: 'Operations today',
  reads_per_minute: 'Reads this minute',
  concurrent_locks: 'Locks at a time',
  api_keys: 'API keys',
} as const;

const shown = Object.keys(names) as (keyof typeof names)[];

/** How much is used of each limit of the tier. */
export function LimitsCard() {
  const { data, error } = usePlaceQuery({
    family: 'settings',
    key: ['limits'],
    load: (holdfast, signal) => holdfast.limits({ signal }),
    // Nothing tells of each request.
    intervalMs: 5_000,
  });
  return (
    <Card title="Limits" actions={data && <Badge>{data.tier}</Badge>}>
      {error ? <ErrorNotice error={error} /> : data ? <LimitMeters {...data} /> : <Skeleton className="h-44 w-full" />}
    </Card>
  );
}

function LimitMeters({ limits, used, enforce }: Limits) {
  const limited = shown.filter((name) => limits[name] !== null);
  if (limited.length === 0) return <p className="text-sm text-muted">This tier has no limits.</p>;
  return (
    <div className="grid gap-4">
      {limited.map((name) => (
        <Meter key={name} label={names[name]} value={used[name] ?? 0} most={limits[name] ?? 0} />
      ))}
      {!enforce && <p className="text-xs text-muted">They are only counted: nothing is refused for them.</p>}
    </div>
  );
}
