import type { TenantEventType } from '../shared/events.ts';
import type { Entry } from './records.ts';

const eventTypes = {
  grant: 'credits.granted',
  hold: 'credits.held',
  consumption: 'credits.consumed',
  release: 'credits.released',
  expiration: 'credits.expired',
  adjustment: 'credits.adjusted',
} as const satisfies Record<Entry['type'], TenantEventType>;

/** What a tenant hears of a ledger entry. */
export function toEntryEvent(entry: Entry) {
  return {
    type: eventTypes[entry.type],
    data: {
      transaction_id: entry.id,
      delta: entry.delta,
      balance: entry.balanceAfter,
      reserved_balance: entry.reservedAfter,
      effective_balance: effectiveAfter(entry),
      reference_id: entry.referenceId,
      billable_metric_key: entry.metricKey,
      units: entry.units,
      reason: entry.reason,
    },
    atMs: entry.createdAtMs,
  };
}

/** Whether an entry leaves less to spend than there was. */
export function isFall({ balanceDelta, reservedDelta }: Entry): boolean {
  return balanceDelta < reservedDelta;
}

/**
 * What a tenant hears of the thresholds that an entry takes the effective balance below, the first one first.
 *
 * @param thresholds - Ascending.
 */
export function toLowEvents(entry: Entry, thresholds: readonly number[]) {
  const after = effectiveAfter(entry);
  const before = after - entry.balanceDelta + entry.reservedDelta;
  return thresholds
    .filter((threshold) => before >= threshold && threshold > after)
    .toReversed()
    .map((threshold) => ({
      type: 'credits.balance_low' as const,
      data: { threshold, effective_balance: after, transaction_id: entry.id },
      atMs: entry.createdAtMs,
    }));
}

function effectiveAfter({ balanceAfter, reservedAfter }: Entry): number {
  return balanceAfter - reservedAfter;
}
