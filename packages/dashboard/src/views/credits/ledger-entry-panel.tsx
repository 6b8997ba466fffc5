import type { Block, Transaction } from '@holdfast/sdk';
import type { ReactNode } from 'react';

import { usePlaceQuery } from '../../live/place-query.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { DetailList } from '../../ui/detail-list.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { formatCredits } from '../../ui/format.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { formatChange } from './amounts.ts';
import { describeEntry } from './entry-words.ts';
import { readGrants } from './read-grants.ts';
import { entriesOfHold, findOrigins, hasUnknownOrigins, traceOf } from './trace.ts';
import type { TracedPart } from './trace.ts';

interface LedgerEntryPanelProps {
  readonly customerId: string;
  readonly entry: Transaction;
  /** What has been read of the ledger. */
  readonly entries: readonly Transaction[];
  readonly blocks: readonly Block[];
  readonly onClose: () => void;
}

/** A ledger entry, the grants that it took from or gave to, and the hold that it is part of. */
export function LedgerEntryPanel({ customerId, entry, entries, blocks, onClose }: LedgerEntryPanelProps) {
  const known = findOrigins(blocks, entries);
  const isIncomplete = hasUnknownOrigins(entry, known);
  const grants = useGrants(customerId, entry, isIncomplete);
  const origins = grants.data ? findOrigins(blocks, [...entries, ...grants.data]) : known;
  const holdEntries = entriesOfHold(entry, entries);
  return (
    <Dialog title={describeEntry(entry)} placement="side" onClose={onClose}>
      <DetailList items={factsOf(entry)} />
      <PanelSection title={entry.delta < 0 ? 'Taken from' : entry.delta > 0 ? 'Given to' : 'Moved between'}>
        <ul className="divide-y divide-line rounded-lg border border-line">
          {traceOf(entry, origins).map((part) => (
            <TracedRow key={part.blockId} part={part} isLoading={isIncomplete && grants.isPending} />
          ))}
        </ul>
        {entry.blocks.length === 0 && (
          <p className="text-sm text-muted">No block: nothing was free, or nothing cost.</p>
        )}
      </PanelSection>
      {holdEntries.length > 1 && <HoldStory entries={holdEntries} shownId={entry.id} />}
      {Object.keys(entry.metadata ?? {}).length > 0 && (
        <PanelSection title="Metadata">
          <CodeBlock code={JSON.stringify(entry.metadata, null, 2)} label="Metadata" />
        </PanelSection>
      )}
    </Dialog>
  );
}

/** The entries that made the blocks which are used up, and aren't among those that have been read. */
function useGrants(customerId: string, entry: Transaction, enabled: boolean) {
  return usePlaceQuery({
    family: 'credits',
    key: ['grants', customerId, entry.id],
    enabled,
    isLive: false,
    load: (holdfast, signal) => {
      const blockIds = entry.blocks.map(({ block_id: id }) => id);
      return readGrants(holdfast, customerId, blockIds, signal);
    },
  });
}

function factsOf(entry: Transaction): readonly (readonly [string, ReactNode])[] {
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Type', entry.type],
    ['Change', formatChange(entry.delta)],
    ['Balance after', formatCredits(entry.balance_after)],
    ['Held after', formatCredits(entry.reserved_after)],
    ['Made', <ExactTime at={entry.created_at} />],
    ['Occurred', entry.occurred_at && <ExactTime at={entry.occurred_at} />],
    ['Reason', entry.reason],
    ['Reference', entry.reference_id],
  ];
  return facts.filter(([, value]) => value !== null);
}

function PanelSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="mt-6 grid gap-2">
      <h3 className="text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function TracedRow({ part, isLoading }: { readonly part: TracedPart; readonly isLoading: boolean }) {
  const { amount, origin } = part;
  return (
    <li className="flex items-baseline justify-between gap-3 px-3 py-2 text-sm">
      <div className="min-w-0">
        {origin ? (
          <>
            <p className="truncate font-medium">
              {[origin.source, origin.reason].filter(Boolean).join(': ') || 'A grant'}
            </p>
            <p className="text-xs text-muted">
              {formatCredits(origin.amount)} granted <ExactTime at={origin.createdAt} />
              {origin.source === undefined && ', used up since'}
            </p>
          </>
        ) : isLoading ? (
          <Skeleton className="h-9 w-40" />
        ) : (
          <p className="font-medium">Overage, which no grant had covered</p>
        )}
      </div>
      <span className="font-medium tabular-nums">{formatChange(amount)}</span>
    </li>
  );
}

/** What became of a hold, from its beginning. */
function HoldStory({ entries, shownId }: { readonly entries: readonly Transaction[]; readonly shownId: string }) {
  return (
    <PanelSection title="Its hold">
      <ol className="divide-y divide-line rounded-lg border border-line">
        {entries.map((entry) => (
          <li
            key={entry.id}
            aria-current={entry.id === shownId || undefined}
            className="flex items-baseline justify-between gap-3 px-3 py-2 text-sm aria-[current=true]:bg-accent-soft"
          >
            <div>
              <p className="font-medium">{entry.type}</p>
              <p className="text-xs text-muted">
                <ExactTime at={entry.created_at} />
              </p>
            </div>
            <div className="text-right tabular-nums">
              <p className="font-medium">{formatChange(entry.delta)}</p>
              <p className="text-xs text-muted">held {formatChange(entry.reserved_delta)}</p>
            </div>
          </li>
        ))}
      </ol>
    </PanelSection>
  );
}
