import type { Account } from '@holdfast/sdk';

import { classNames } from '../../ui/class-names.ts';
import { formatCredits } from '../../ui/format.ts';
import { Skeleton } from '../../ui/skeleton.tsx';

/** A customer's balances, of which the first is what can be used. */
export function BalanceTiles({ account }: { readonly account: Account | undefined }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-line bg-line shadow-card lg:grid-cols-4">
      <Tile name="Available" hint="can be used now" amount={account?.effective_balance} isMain />
      <Tile name="Held" hint="set aside by holds" amount={account?.reserved_balance} />
      <Tile name="Balance" hint="available and held" amount={account?.balance} />
      <Tile name="Granted" hint="in all" amount={account?.lifetime_earned} />
    </dl>
  );
}

interface TileProps {
  readonly name: string;
  readonly hint: string;
  readonly amount: number | undefined;
  readonly isMain?: boolean;
}

function Tile({ name, hint, amount, isMain = false }: TileProps) {
  return (
    <div className="bg-surface px-4 py-3">
      <dt className="text-xs text-muted">
        <span className="font-medium text-ink">{name}</span> <span className="hidden sm:inline">{hint}</span>
      </dt>
      <dd
        className={classNames(
          'mt-1 flex h-8 items-center truncate text-xl font-semibold tracking-tight tabular-nums',
          amount !== undefined && amount < 0 && 'text-negative',
          isMain && (amount ?? 0) >= 0 && 'text-accent-text',
        )}
      >
        {amount === undefined ? <Skeleton className="h-6 w-24" /> : formatCredits(amount)}
      </dd>
    </div>
  );
}
