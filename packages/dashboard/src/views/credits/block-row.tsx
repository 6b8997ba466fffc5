import type { Block } from '@holdfast/sdk';

import { Badge } from '../../ui/badge.tsx';
import { formatCredits } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/time.tsx';
import { formatPrice } from './amounts.ts';
import { BlockBar } from './block-bar.tsx';

interface BlockRowProps {
  readonly block: Block;
  /** Its place in burn-down order. */
  readonly place: number;
  readonly taken: number;
}

/** One grant, and what is left of it. */
export function BlockRow({ block, place, taken }: BlockRowProps) {
  const { remaining_amount: remaining, original_amount: original, held_amount: held } = block;
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 text-sm">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="text-xs text-faint tabular-nums">{place}.</span>
          <span className="font-medium">{block.source}</span>
          {block.reason !== null && <span className="truncate text-muted">{block.reason}</span>}
        </span>
        <span className="tabular-nums">
          <span className="font-medium">{formatCredits(remaining)}</span>
          <span className="text-muted"> of {formatCredits(original)}</span>
        </span>
      </div>
      <BlockBar block={block} taken={taken} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
        {held > 0 && <Badge tone="warning">{formatCredits(held)} held</Badge>}
        {taken > 0 && <Badge tone="positive">{formatCredits(taken)} would be used</Badge>}
        <span>
          {block.expires_at === null ? (
            'never expires'
          ) : (
            <>
              expires <RelativeTime at={block.expires_at} />
            </>
          )}
        </span>
        {block.priority !== 0 && <span>priority {block.priority}</span>}
        <span>{block.price_paid ? `paid ${formatPrice(block.price_paid, block.currency)}` : 'free'}</span>
      </div>
    </li>
  );
}
