import type { Account, Block } from '@holdfast/sdk';
import { useState } from 'react';

import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field } from '../../ui/field.tsx';
import { formatCredits } from '../../ui/format.ts';
import { useNow } from '../../ui/now.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { parseCredits } from './amounts.ts';
import { BlockRow } from './block-row.tsx';
import { burnDown, isDebt, paymentsFor } from './blocks.ts';

/** What a balance consists of, in the order in which it is used up, and what the next use would take. */
export function BlocksCard({ account }: { readonly account: Account | undefined }) {
  const [text, setText] = useState('');
  const blocks = account?.blocks;
  if (blocks === undefined) {
    return (
      <Card title="Blocks, next one first">
        <Skeleton className="h-40 w-full" />
      </Card>
    );
  }
  const amount = text === '' ? undefined : parseCredits(text);
  return (
    <Card title="Blocks, next one first" isFlush>
      {blocks.length === 0 ? (
        <EmptyState
          icon="credits"
          title="Nothing is left"
          description="Each grant is a block of its own, with a priority and an expiry. Grant credits to make the first one."
        />
      ) : (
        <>
          <BlockList blocks={blocks} amount={amount ?? 0} />
          {account?.blocks_has_more && <p className="px-4 pb-2 text-sm text-muted">There are more than these 1,000.</p>}
          <div className="flex flex-wrap items-end gap-x-3 gap-y-2 border-t border-line bg-sunken px-4 py-3">
            <div className="w-44">
              <Field
                label="Try a use of"
                placeholder="credits"
                inputMode="decimal"
                value={text}
                onChange={({ target }) => setText(target.value)}
                error={text !== '' && (amount ?? -1) < 0 ? 'A number of credits, such as 12.5.' : undefined}
              />
            </div>
            <PaymentWords blocks={blocks} amount={amount ?? 0} />
          </div>
        </>
      )}
    </Card>
  );
}

interface AmountOfBlocks {
  readonly blocks: readonly Block[];
  readonly amount: number;
}

function BlockList({ blocks, amount }: AmountOfBlocks) {
  const payments = new Map(paymentsFor(amount, blocks, useNow()).map((payment) => [payment.block.id, payment.amount]));
  return (
    <ol className="max-h-96 divide-y divide-line overflow-y-auto" tabIndex={0} aria-label="Blocks in burn-down order">
      {burnDown(blocks).map(({ block }, index) => (
        <BlockRow key={block.id} block={block} place={index + 1} taken={payments.get(block.id) ?? 0} />
      ))}
      {blocks.filter(isDebt).map((block) => (
        <li key={block.id} className="flex justify-between gap-3 px-4 py-3 text-sm">
          <span>Overage, to be paid from the next grant</span>
          <span className="font-medium text-negative tabular-nums">{formatCredits(block.remaining_amount)}</span>
        </li>
      ))}
    </ol>
  );
}

/** What the blocks would pay of something, for those who don't see the bars. */
function PaymentWords({ blocks, amount }: AmountOfBlocks) {
  const nowMs = useNow();
  const payments = paymentsFor(amount, blocks, nowMs);
  const paid = payments.reduce((sum, payment) => sum + payment.amount, 0);
  const from = payments.length === 1 ? 'one block' : `${payments.length} blocks`;
  return (
    <p role="status" className="min-h-8 flex-1 basis-48 content-center text-sm text-muted">
      {amount <= 0
        ? 'The bars show which blocks would pay for it.'
        : paid < amount
          ? `Free blocks have ${formatCredits(paid)} of it: ${formatCredits(amount - paid)} would be missing.`
          : `It would be taken from ${from}.`}
    </p>
  );
}
