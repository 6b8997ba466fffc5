import type { Transaction } from '@holdfast/sdk';
import { describe, expect, test } from 'vitest';

import { entriesOfHold, findOrigins, hasUnknownOrigins, traceOf } from './trace.ts';

function entry(
  type: Transaction['type'],
  delta: number,
  parts: Record<string, number>,
  more: Partial<Transaction> = {},
) {
  const blocks = Object.entries(parts).map(([id, amount]) => ({ block_id: id, amount }));
  const about = { reference_id: null, billable_metric_key: null, units: null, reason: null, occurred_at: null };
  const sums = { balance_delta: delta, reserved_delta: 0, balance_after: 0, reserved_after: 0 };
  const times = { created_at: '2026-11-30T12:00:00.000Z' };
  return { id: `${type} ${delta}`, type, delta, blocks, metadata: {}, ...sums, ...about, ...times, ...more };
}

const held = { reference_id: 'hold-1', billable_metric_key: 'image' };

/** Newest first, as the ledger is read. */
const ledger = [
  entry('consumption', -7_000, { bought: -2_000, welcome: -5_000 }, held),
  entry('hold', -9_000, { bought: -4_000, welcome: -5_000 }, held),
  entry('adjustment', -500, { bought: -500 }, { reason: 'Granted twice' }),
  entry('adjustment', 1_000, { correction: 1_000 }, { reason: 'Sorry' }),
  entry('grant', 20_000, { bought: 20_000 }),
  entry('grant', 5_000, { welcome: 5_000 }, { reason: 'Welcome' }),
];

describe('use is traced', () => {
  test('to the grants that it was taken from, part by part', () => {
    const trace = traceOf(ledger[0]!, findOrigins([], ledger));
    expect(trace.map(({ amount, origin }) => [amount, origin?.amount, origin?.reason])).toEqual([
      [-2_000, 20_000, null],
      [-5_000, 5_000, 'Welcome'],
    ]);
  });

  test('to corrections that added credits, and not to those that took some', () => {
    const origins = findOrigins([], ledger);
    expect([...origins.keys()].toSorted()).toEqual(['bought', 'correction', 'welcome']);
    expect(origins.get('bought')?.amount).toBe(20_000);
  });

  test('only as far as the ledger has been read', () => {
    const newest = ledger.slice(0, 5);
    expect(hasUnknownOrigins(ledger[0]!, findOrigins([], newest))).toBe(true);
    expect(hasUnknownOrigins(ledger[0]!, findOrigins([], ledger))).toBe(false);
  });
});

test('the entries of a hold tell what became of it, oldest first', () => {
  expect(entriesOfHold(ledger[0]!, ledger).map(({ type }) => type)).toEqual(['hold', 'consumption']);
  expect(entriesOfHold(ledger[4]!, ledger)).toEqual([]);
});
