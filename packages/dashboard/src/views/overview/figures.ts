import type { HoldfastEvent } from '@holdfast/sdk';

import { timeOf } from '../../live/describe-event.ts';

/** What recent events add up to. Credits are in millicredits. */
export interface Figures {
  readonly taken: number;
  readonly lapsed: number;
  readonly spent: number;
  /** By the latest event of each customer. */
  readonly held: number;
  /** How often a limit was reached, so that requests were refused. */
  readonly limitsReached: number;
}

/** @param events - The newest first. */
export function addUp(events: readonly HoldfastEvent[]): Figures {
  const figures = { taken: 0, lapsed: 0, spent: 0, held: 0, limitsReached: 0 };
  const seenCustomers = new Set<string>();
  for (const event of events) {
    if (event.type === 'RESERVED') figures.taken += 1;
    else if (event.type === 'RESERVATION_EXPIRED') figures.lapsed += 1;
    else if (event.type === 'limit.reached') figures.limitsReached += 1;
    else if ('data' in event && 'reserved_balance' in event.data) {
      if (event.type === 'credits.consumed') figures.spent -= event.data.delta;
      const customer = event.customer_id ?? '';
      if (!seenCustomers.has(customer)) figures.held += event.data.reserved_balance;
      seenCustomers.add(customer);
    }
  }
  return figures;
}

/** How many events there were in each of the last minutes, the oldest first. */
export function countByMinute(events: readonly HoldfastEvent[], nowMs: number, minutes: number): readonly number[] {
  const counts = Array.from({ length: minutes }, () => 0);
  const thisMinute = Math.floor(nowMs / 60_000);
  for (const event of events) {
    const index = minutes - 1 - (thisMinute - Math.floor(Date.parse(timeOf(event)) / 60_000));
    if (index < 0) break;
    counts[Math.min(index, minutes - 1)]! += 1;
  }
  return counts;
}
