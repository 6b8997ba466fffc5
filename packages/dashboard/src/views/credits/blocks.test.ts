import type { Block } from '@holdfast/sdk';
import { expect, test } from 'vitest';

import { burnDown, paymentsFor } from './blocks.ts';

const nowMs = Date.parse('2026-11-30T00:00:00Z');

function block(id: string, amounts: Partial<Block>): Block {
  return {
    id,
    original_amount: 10_000,
    remaining_amount: 10_000,
    held_amount: 0,
    priority: 0,
    expires_at: null,
    source: 'topup',
    price_paid: null,
    currency: null,
    package_id: null,
    external_payment_id: null,
    reason: null,
    metadata: {},
    created_at: '2026-11-01T00:00:00.000Z',
    ...amounts,
  };
}

const blocks = [
  block('lapsed', { expires_at: '2026-11-30T00:00:00.000Z' }),
  block('sooner', { remaining_amount: 5_000, held_amount: 2_000, expires_at: '2026-12-01T00:00:00.000Z' }),
  block('held', { remaining_amount: 4_000, held_amount: 4_000 }),
  block('later', {}),
  block('debt', { source: 'overage', original_amount: 0, remaining_amount: -700 }),
];

test('the order of the server is kept, with what is used up before each block, and debt is none', () => {
  expect(burnDown(blocks).map(({ block: { id }, free, freeBefore }) => [id, free, freeBefore])).toEqual([
    ['lapsed', 10_000, 0],
    ['sooner', 3_000, 10_000],
    ['held', 0, 13_000],
    ['later', 10_000, 13_000],
  ]);
});

test('what is neither held nor lapsed pays, block after block', () => {
  const payments = (amount: number) =>
    paymentsFor(amount, blocks, nowMs).map((payment) => [payment.block.id, payment.amount]);
  expect(payments(0)).toEqual([]);
  expect(payments(3_000)).toEqual([['sooner', 3_000]]);
  expect(payments(3_001)).toEqual([
    ['sooner', 3_000],
    ['later', 1],
  ]);
  expect(payments(99_000)).toEqual([
    ['sooner', 3_000],
    ['later', 10_000],
  ]);
});
