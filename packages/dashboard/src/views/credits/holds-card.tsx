import type { HoldStatus, HoldSummary } from '@holdfast/sdk';
import { useState } from 'react';

import { useFilters } from '../../app/use-filters.ts';
import { usePagedPlaceQuery, usePlaceMutation } from '../../live/place-query.ts';
import { useScope } from '../../session/place-context.ts';
import { Badge } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatCredits, formatNumber } from '../../ui/format.ts';
import { OutdatedNotice } from '../../ui/outdated-notice.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Countdown, RelativeTime } from '../../ui/time.tsx';
import { customerFilters } from './filters.ts';

const filters = [
  { value: 'active', label: 'Active' },
  { value: 'all', label: 'All' },
] as const;

const tones: Readonly<Record<HoldStatus, Tone>> = {
  active: 'accent',
  committed: 'positive',
  released: 'neutral',
  expired: 'warning',
};

/** What is set aside of a customer's credits, and for how much longer. */
export function HoldsCard({ customerId }: { readonly customerId: string }) {
  const [{ holds: shown }, setFilters] = useFilters(customerFilters);
  const isAll = shown === 'all';
  const { items, isLoading, error, hasMore, loadMore, isOutdated, refresh } = usePagedPlaceQuery({
    family: 'credits',
    key: ['holds', customerId, isAll],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { limit: 50, ...(!isAll && { status: 'active' as const }), ...(cursor && { cursor }) };
      const page = await holdfast.credits.holds({ id: customerId }, query, { signal });
      return { items: page.data, nextCursor: page.pagination.next_cursor };
    },
  });
  const choose = (next: string) => setFilters({ holds: next });
  return (
    <Card
      title="Holds"
      actions={<Segmented label="Which holds" options={filters} value={isAll ? 'all' : 'active'} onChange={choose} />}
      isFlush
    >
      {error && <ErrorNotice error={error} onRetry={refresh} />}
      {isOutdated && <OutdatedNotice onRefresh={refresh} />}
      {isLoading && <Skeleton className="m-4 h-32" />}
      {!isLoading && !error && items.length === 0 && (
        <EmptyState
          icon="clock"
          title={isAll ? 'Nothing was ever held' : 'Nothing is held'}
          description="A hold sets credits aside before work begins, and is committed with what was really used."
        />
      )}
      <ul className="max-h-96 divide-y divide-line overflow-y-auto">
        {items.map((hold) => (
          <HoldRow key={hold.id} hold={hold} />
        ))}
      </ul>
      {hasMore && (
        <div className="border-t border-line p-2 text-center">
          <Button variant="ghost" onClick={loadMore}>
            Show more
          </Button>
        </div>
      )}
    </Card>
  );
}

function HoldRow({ hold }: { readonly hold: HoldSummary }) {
  const mayWrite = useScope('credits:write');
  const [isReleasing, setIsReleasing] = useState(false);
  const isActive = hold.status === 'active';
  return (
    <li className="flex items-center justify-between gap-3 px-4 py-2.5 text-sm">
      <div className="min-w-0">
        <p className="truncate">
          <span className="font-medium tabular-nums">{formatCredits(hold.estimated_cost)}</span>
          <span className="text-muted">
            {' '}
            for {formatNumber(hold.estimated_units)} × {hold.billable_metric_key}
          </span>
        </p>
        <p className="text-xs text-muted">
          {hold.committed_units > 0 && `${formatCredits(hold.committed_cost)} used · `}
          {isActive ? (
            <>
              lapses in <Countdown until={hold.expires_at} />
            </>
          ) : (
            <>
              made <RelativeTime at={hold.created_at} />
            </>
          )}
        </p>
      </div>
      {isActive && mayWrite ? (
        <Button onClick={() => setIsReleasing(true)}>Release</Button>
      ) : (
        <Badge tone={tones[hold.status]}>{hold.status}</Badge>
      )}
      {isReleasing && <ReleaseDialog hold={hold} onClose={() => setIsReleasing(false)} />}
    </li>
  );
}

function ReleaseDialog({ hold, onClose }: { readonly hold: HoldSummary; readonly onClose: () => void }) {
  const release = usePlaceMutation({
    run: (holdfast) => holdfast.credits.release(hold.id),
    families: ['credits'],
    done: ({ released }) => `Released ${formatCredits(released)} credits`,
    showsErrors: true,
  });
  return (
    <ConfirmDialog
      title={`Release ${formatCredits(hold.estimated_cost)} credits?`}
      confirmLabel="Release"
      onConfirm={() => release.mutateAsync(undefined)}
      onClose={onClose}
    >
      What the hold still has can be used at once. Whoever made it can no longer commit it.
    </ConfirmDialog>
  );
}
