import type { Transaction, TransactionType } from '@holdfast/sdk';

import { Badge } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { columnsOf } from '../../ui/data-table.tsx';
import { formatCredits } from '../../ui/format.ts';
import { ExactTime } from '../../ui/time.tsx';
import { formatChange } from './amounts.ts';
import { describeEntry } from './entry-words.ts';

const column = columnsOf<Transaction>();

const tones: Readonly<Record<TransactionType, Tone>> = {
  grant: 'positive',
  hold: 'warning',
  release: 'neutral',
  consumption: 'accent',
  expiration: 'negative',
  adjustment: 'neutral',
};

/** The first one that is always there has a button, so that keys can open an entry as a click on its row does. */
export const ledgerColumns = column.columns([
  column.accessor('type', {
    header: 'Entry',
    cell: ({ getValue }) => <Badge tone={tones[getValue()]}>{getValue()}</Badge>,
    meta: { className: 'hidden w-32 sm:table-cell' },
  }),
  column.display({
    id: 'what',
    header: 'What',
    cell: ({ row: { original: entry } }) => (
      <button type="button" className="max-w-full truncate rounded group-hover:underline">
        <span className="text-muted sm:hidden">{entry.type} </span>
        {describeEntry(entry)}
      </button>
    ),
  }),
  column.accessor('delta', {
    header: 'Change',
    cell: ({ row }) => <Change entry={row.original} />,
    meta: { className: 'w-24 sm:w-28 text-right tabular-nums' },
  }),
  column.accessor('balance_after', {
    header: 'Balance',
    cell: ({ getValue }) => formatCredits(getValue()),
    meta: { className: 'hidden w-28 sm:table-cell text-right tabular-nums' },
  }),
  column.accessor('created_at', {
    header: 'When',
    cell: ({ getValue }) => <ExactTime at={getValue()} />,
    meta: { className: 'hidden w-52 md:table-cell text-right text-muted' },
  }),
]);

/** Holds and releases change what is available, and not the balance: they are shown as lesser. */
function Change({ entry }: { readonly entry: Transaction }) {
  const isOfBalance = entry.balance_delta !== 0;
  const tone = entry.delta > 0 ? 'text-positive' : '';
  return <span className={isOfBalance ? `font-medium ${tone}` : 'text-faint'}>{formatChange(entry.delta)}</span>;
}
