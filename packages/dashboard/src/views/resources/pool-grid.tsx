import type { Definition, ResourceState, SlotState } from '@holdfast/sdk';
import { useDeferredValue } from 'react';

import { usePagedPlaceQuery, usePlaceQuery } from '../../live/place-query.ts';
import { RequestSample } from '../../session/request-sample.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

interface PoolGridProps {
  readonly prefix: string;
  readonly onOpen: (resource: string) => void;
}

/** Pools, each with its slots: which are held, and which are free. */
export function PoolGrid({ prefix, onOpen }: PoolGridProps) {
  const definitions = useDefinitions();
  const wanted = useDeferredValue(prefix);
  const pools = definitions.items.filter(({ pool, name }) => pool && name.startsWith(wanted));
  if (definitions.error) return <ErrorNotice error={definitions.error} onRetry={definitions.refresh} />;
  if (definitions.isLoading) return <Skeleton className="h-40 w-full" />;
  if (pools.length === 0 && !definitions.hasMore) return <NoPools />;
  return (
    <>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {pools.map(({ name }) => (
          <PoolCard key={name} name={name} onOpen={onOpen} />
        ))}
      </ul>
      {definitions.hasMore && (
        <div>
          <Button onClick={definitions.loadMore}>More pools</Button>
        </div>
      )}
    </>
  );
}

/** What is registered, by name. No event tells of it. */
export function useDefinitions() {
  return usePagedPlaceQuery<Definition>({
    family: 'settings',
    key: ['definitions'],
    loadPage: async (holdfast, cursor, signal) => {
      const page = await holdfast.resources.definitions({ limit: 1_000, ...(cursor && { cursor }) }, { signal });
      return { items: page.definitions, nextCursor: page.nextCursor };
    },
  });
}

function PoolCard({ name, onOpen }: { readonly name: string; readonly onOpen: (resource: string) => void }) {
  const { data, error } = usePlaceQuery({
    family: 'resources',
    key: ['resource', name],
    load: (holdfast, signal) => holdfast.resources.get(name, { signal }),
  });
  return (
    <li className="rounded-xl border border-line bg-surface p-4 shadow-card">
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="min-w-0 truncate font-mono text-sm font-semibold">{name}</h2>
        {data && <p className="text-xs whitespace-nowrap text-muted">{describe(data)}</p>}
      </div>
      {error && <ErrorNotice error={error} />}
      {data ? <Slots slots={data.slots ?? []} onOpen={onOpen} /> : <Skeleton className="mt-3 h-6 w-full" />}
    </li>
  );
}

function describe({ free, capacity }: ResourceState): string {
  return free === 0 ? `all ${capacity} held` : `${free} of ${capacity} free`;
}

interface SlotsProps {
  readonly slots: readonly SlotState[];
  readonly onOpen: (resource: string) => void;
}

/** As many as a card has room for. */
const mostSlots = 96;

function Slots({ slots, onOpen }: SlotsProps) {
  return (
    <>
      <div className="mt-3 flex flex-wrap gap-1">
        {slots.slice(0, mostSlots).map(({ resource, status, requester }) => {
          const label =
            status === 'HELD' ? `${resource}: held by ${requester ?? 'another claim'}` : `${resource}: free`;
          return (
            <button
              key={resource}
              type="button"
              aria-label={label}
              title={label}
              onClick={() => onOpen(resource)}
              className={
                status === 'HELD'
                  ? 'size-6 rounded bg-accent transition-colors hover:bg-accent-hover'
                  : 'size-6 rounded border border-line-strong bg-sunken transition-colors hover:bg-hover'
              }
            />
          );
        })}
      </div>
      {slots.length > mostSlots && <p className="mt-2 text-xs text-muted">and {slots.length - mostSlots} more slots</p>}
    </>
  );
}

function NoPools() {
  return (
    <EmptyState
      icon="pool"
      title="No pools here"
      description="A pool is a name with several slots: printers, seats, connections. A claim takes whichever slot is free."
    >
      <RequestSample
        label="Register a pool of three"
        method="POST"
        path="/api/v1/Resource/register"
        body={[{ name: 'Printer', capacity: 3 }]}
        typescript={"await holdfast.resources.register([{ name: 'Printer', capacity: 3 }]);"}
      />
    </EmptyState>
  );
}
