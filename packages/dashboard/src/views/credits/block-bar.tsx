import type { Block } from '@holdfast/sdk';

import { formatCredits } from '../../ui/format.ts';

interface BlockBarProps {
  readonly block: Block;
  /** How much of it something would take that is only being thought of. */
  readonly taken: number;
}

/** A block as a bar: what is used up of it, held, and free. It burns from the left. */
export function BlockBar({ block, taken }: BlockBarProps) {
  const { original_amount: original, remaining_amount: remaining, held_amount: held } = block;
  const parts = [
    { amount: original - remaining, className: 'fill-line-strong' },
    { amount: held, className: 'fill-warning/70' },
    { amount: taken, className: 'fill-positive' },
    { amount: remaining - held - taken, className: 'fill-accent' },
  ];
  let start = 0;
  return (
    <svg
      role="img"
      aria-label={`${formatCredits(remaining)} of ${formatCredits(original)} credits are left, ${formatCredits(held)} of them held`}
      className="block h-2 w-full rounded-full"
    >
      {parts.map(({ amount, className }) => {
        const x = start;
        start += amount;
        return (
          amount > 0 && <rect key={className} x={share(x)} width={share(amount)} height="8" className={className} />
        );
      })}
    </svg>
  );

  function share(amount: number): string {
    return `${((amount / Math.max(original, 1)) * 100).toFixed(3)}%`;
  }
}
