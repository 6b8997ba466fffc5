import type { Block, TransactionType } from '@holdfast/sdk';

import { useFilters } from '../../app/use-filters.ts';
import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Select } from '../../ui/field.tsx';
import { OutdatedNotice } from '../../ui/outdated-notice.tsx';
import { customerFilters } from './filters.ts';
import { ledgerColumns } from './ledger-columns.tsx';
import { LedgerEntryPanel } from './ledger-entry-panel.tsx';

interface LedgerCardProps {
  readonly customerId: string;
  readonly blocks: readonly Block[];
}

const types = [
  { value: 'all', label: 'All entries' },
  { value: 'grant', label: 'Grants' },
  { value: 'hold', label: 'Holds' },
  { value: 'release', label: 'Releases' },
  { value: 'consumption', label: 'Use' },
  { value: 'expiration', label: 'Expiry' },
  { value: 'adjustment', label: 'Corrections' },
] as const satisfies readonly { readonly value: TransactionType | 'all'; readonly label: string }[];

/** Everything that ever changed a customer's credits, newest first. An entry opens to what it is traced to. */
export function LedgerCard({ customerId, blocks }: LedgerCardProps) {
  const [filters, setFilters] = useFilters(customerFilters);
  const type = types.find(({ value }) => value === filters.type)?.value ?? 'all';
  const ledger = usePagedPlaceQuery({
    family: 'credits',
    key: ['ledger', customerId, type],
    loadPage: async (holdfast, cursor, signal) => {
      const query = { limit: 100, ...(type !== 'all' && { type }), ...(cursor && { cursor }) };
      const page = await holdfast.credits.transactions({ id: customerId }, query, { signal });
      return { items: page.data, nextCursor: page.pagination.next_cursor };
    },
  });
  const open = ledger.items.find(({ id }) => id === filters.entry);
  return (
    <div className="grid min-w-0 grid-cols-1 gap-3">
      <div className="flex items-end justify-between gap-3">
        <h2 className="text-sm font-semibold">Ledger</h2>
        <div className="w-40">
          <Select
            label="Entries"
            isLabelHidden
            options={types}
            value={type}
            onChange={(next) => setFilters({ type: next })}
          />
        </div>
      </div>
      {ledger.isOutdated && <OutdatedNotice onRefresh={ledger.refresh} />}
      {ledger.error ? (
        <ErrorNotice error={ledger.error} onRetry={ledger.refresh} />
      ) : (
        <DataTable
          label="Ledger"
          columns={ledgerColumns}
          rows={ledger.items}
          rowKey={({ id }) => id}
          isLoading={ledger.isLoading}
          onEndReached={ledger.loadMore}
          onRowOpen={({ id }) => setFilters({ entry: id })}
          selectedKey={filters.entry}
          empty={<EmptyLedger />}
        />
      )}
      {open && (
        <LedgerEntryPanel
          customerId={customerId}
          entry={open}
          entries={ledger.items}
          blocks={blocks}
          onClose={() => setFilters({ entry: '' })}
        />
      )}
    </div>
  );
}

function EmptyLedger() {
  return (
    <div className="rounded-xl border border-line bg-surface shadow-card">
      <EmptyState
        icon="list"
        title="No entries"
        description="Grants, holds, use and corrections are written here, and never changed or deleted."
      />
    </div>
  );
}
