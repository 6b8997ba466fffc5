import type { Customer } from '@holdfast/sdk';

import { PlaceLink } from '../../app/place-link.tsx';
import { usePagedPlaceQuery } from '../../live/place-query.ts';
import { columnsOf, DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatCredits } from '../../ui/format.ts';
import { OutdatedNotice } from '../../ui/outdated-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ExactTime } from '../../ui/time.tsx';
import { CustomerFinder } from './customer-finder.tsx';
import { NoCustomers } from './no-customers.tsx';
import { useBalances, useLiveBalances } from './use-live-balances.ts';

const column = columnsOf<Customer>();

const columns = column.columns([
  column.display({
    id: 'customer',
    header: 'Customer',
    cell: ({ row }) => <CustomerName customer={row.original} />,
  }),
  column.display({
    id: 'available',
    header: 'Available',
    cell: ({ row }) => <Amount customerId={row.original.id} balance="effective_balance" />,
    meta: { className: 'w-28 sm:w-36 text-right tabular-nums' },
  }),
  column.display({
    id: 'held',
    header: 'Held',
    cell: ({ row }) => <Amount customerId={row.original.id} balance="reserved_balance" />,
    meta: { className: 'hidden w-36 sm:table-cell text-right tabular-nums' },
  }),
  column.display({
    id: 'created',
    header: 'Since',
    cell: ({ row }) => <ExactTime at={row.original.created_at} />,
    meta: { className: 'w-52 hidden md:table-cell text-right text-muted' },
  }),
]);

/** All customers, newest first, with what they have left. */
export function CustomerList() {
  useLiveBalances();
  const customers = usePagedPlaceQuery({
    family: 'credits',
    key: ['customers'],
    loadPage: async (holdfast, cursor, signal) => {
      const page = await holdfast.credits.customers.list({ limit: 100, ...(cursor && { cursor }) }, { signal });
      return { items: page.data, nextCursor: page.pagination.next_cursor };
    },
  });
  if (customers.error) return <ErrorNotice error={customers.error} onRetry={customers.refresh} />;
  if (!customers.isLoading && customers.items.length === 0) return <NoCustomers />;
  return (
    <div className="grid grid-cols-1 gap-3">
      <CustomerFinder />
      {customers.isOutdated && <OutdatedNotice onRefresh={customers.refresh} />}
      <DataTable
        label="Customers"
        columns={columns}
        rows={customers.items}
        rowKey={({ id }) => id}
        isLoading={customers.isLoading}
        onEndReached={customers.loadMore}
      />
    </div>
  );
}

function CustomerName({ customer }: { readonly customer: Customer }) {
  const { id, external_id: externalId, display_name: name } = customer;
  return (
    <PlaceLink to={`credits/customers/${id}`} className="font-medium hover:text-accent-text hover:underline">
      {name ?? externalId}
      {name !== null && <span className="ml-2 font-normal text-muted">{externalId}</span>}
    </PlaceLink>
  );
}

interface AmountProps {
  readonly customerId: string;
  readonly balance: 'effective_balance' | 'reserved_balance';
}

function Amount({ customerId, balance }: AmountProps) {
  const { data } = useBalances(customerId);
  if (data === undefined) return <Skeleton className="ml-auto h-3.5 w-12" />;
  const amount = data[balance];
  return (
    <span className={amount < 0 ? 'text-negative' : amount === 0 ? 'text-faint' : ''}>{formatCredits(amount)}</span>
  );
}
