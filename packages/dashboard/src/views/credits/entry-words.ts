import type { Transaction } from '@holdfast/sdk';

import { formatNumber } from '../../ui/format.ts';

/** What an entry is about, in a few words: its units and their metric, or its reason. */
export function describeEntry({ type, units, billable_metric_key: metric, reason }: Transaction): string {
  if (metric !== null) return units === null ? metric : `${formatNumber(units)} × ${metric}`;
  if (reason !== null) return reason;
  return { grant: 'Granted', expiration: 'Expired', adjustment: 'Corrected' }[type as string] ?? type;
}
