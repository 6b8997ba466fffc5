import type { CapacityLimits } from '@holdfast/sdk';
import { useState } from 'react';

import { useFilters } from '../../app/use-filters.ts';
import { usePlaceQuery } from '../../live/place-query.ts';
import { usePlace } from '../../session/place-context.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatNumber } from '../../ui/format.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { PlatformCapacityDialog } from './platform-capacity-dialog.tsx';
import { TenantSelect } from './tenant-select.tsx';

/** What all organisations of an environment book from, and what one of them can book. */
export function PlatformCapacity() {
  const { environment } = usePlace();
  const [{ of: tenantId }, setFilters] = useFilters({ tab: 'tenants', of: '' });
  const [isEditing, setIsEditing] = useState(false);
  const { data, error, refetch } = usePlaceQuery({
    family: 'capacity',
    key: ['platform-limits', tenantId],
    load: (holdfast, signal) => holdfast.capacity.limits(tenantId === '' ? {} : { tenant_id: tenantId }, { signal }),
  });
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-3">
        <TenantSelect value={tenantId} onChange={(of) => setFilters({ of })} />
        <Button variant="primary" icon="edit" disabled={data === undefined} onClick={() => setIsEditing(true)}>
          Set limits
        </Button>
      </div>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      <Card title={`Limits and rates in ${environment}`}>
        {data ? <LimitFacts limits={data} /> : <Skeleton className="h-28" />}
      </Card>
      {data && <Ranges ranges={data.ranges} />}
      {isEditing && data && (
        <PlatformCapacityDialog limits={data} tenantId={tenantId || undefined} onClose={() => setIsEditing(false)} />
      )}
    </>
  );
}

function LimitFacts({ limits }: { readonly limits: CapacityLimits }) {
  return (
    <DetailList
      items={[
        ['Platform', gigabytes(limits.platform_capacity_gb)],
        [limits.tenant_id === null ? 'Each organisation' : 'This organisation', gigabytes(limits.org_cap_gb)],
        ['A reserved GB', hourly(limits.reserved_micros_per_gb_hour)],
        ['A GB on demand', hourly(limits.on_demand_micros_per_gb_hour)],
      ]}
    />
  );
}

function Ranges({ ranges }: Pick<CapacityLimits, 'ranges'>) {
  return (
    <Card title="Limits that hold for a time">
      {ranges.length === 0 && (
        <p className="text-sm text-muted">
          There are none. They can be set from one time to another, as for a night or a launch.
        </p>
      )}
      <ul className="grid grid-cols-1 gap-3">
        {ranges.map(({ from, to, platform_capacity_gb, org_cap_gb }) => (
          <li key={`${from} ${to}`} className="flex flex-wrap justify-between gap-x-6 gap-y-1 text-sm">
            <span>
              <ExactTime at={from} /> – <ExactTime at={to} />
            </span>
            <span className="text-muted tabular-nums">
              {platform_capacity_gb !== null && `platform ${gigabytes(platform_capacity_gb)} `}
              {org_cap_gb !== null && `each organisation ${gigabytes(org_cap_gb)}`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function gigabytes(amount: number): string {
  return `${formatNumber(amount)} GB`;
}

function hourly(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(6).replace(/\.?0+$/u, '')} an hour`;
}
