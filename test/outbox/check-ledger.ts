import type { CreditEvent, HoldSummary, LedgerEvent, Transaction } from '@holdfast/contract';

/** What is shown of a customer's credits. */
export interface Ledger {
  readonly customerId: string;
  /** From the first line to the last. */
  readonly lines: readonly Transaction[];
  readonly holds: readonly HoldSummary[];
  /** Whether usage that is beyond what there is is announced. */
  readonly isOverageAnnounced: boolean;
  /** Whether holds that lapse are announced, besides the line that gives back what they held. */
  readonly isLapseAnnounced: boolean;
  /** Amounts of which it is announced when the effective balance falls below them. */
  readonly thresholds: readonly number[];
}

const eventTypes: Readonly<Record<Transaction['type'], LedgerEvent['type']>> = {
  grant: 'credits.granted',
  hold: 'credits.held',
  release: 'credits.released',
  consumption: 'credits.consumed',
  expiration: 'credits.expired',
  adjustment: 'credits.adjusted',
};

const lineTypes: ReadonlySet<string> = new Set(Object.values(eventTypes));

/** A customer's events tell of each line of its ledger once, in its order, and of what follows from it. */
export function checkLedger(events: readonly CreditEvent[], ledger: Ledger): readonly string[] {
  const own = events.filter(({ customer_id: id }) => id === ledger.customerId);
  return [
    ...compare('lines', own.filter(isOfLine).map(toLine), ledger.lines.map(toExpectedLine)),
    ...compare('crossed thresholds', own.flatMap(toCrossing), crossingsOf(ledger)),
    ...compare('overages', own.flatMap(toOverage), overagesOf(ledger)),
    ...compare('lapsed holds', own.flatMap(toLapse).toSorted(), lapsesOf(ledger)),
  ].map((what) => `${ledger.customerId}: ${what}`);
}

function isOfLine(event: CreditEvent): event is LedgerEvent {
  return lineTypes.has(event.type);
}

function toLine({ type, data }: LedgerEvent): string {
  const { transaction_id: id, delta, balance, reserved_balance: reserved, effective_balance: effective } = data;
  const { reference_id: reference, billable_metric_key: metric, units, reason } = data;
  return JSON.stringify([type, id, delta, balance, reserved, effective, reference, metric, units, reason]);
}

function toExpectedLine(line: Transaction): string {
  const { type, id, delta, balance_after: balance, reserved_after: reserved, reference_id: reference } = line;
  const { billable_metric_key: metric, units, reason } = line;
  const effective = effectiveAfter(line);
  return JSON.stringify([eventTypes[type], id, delta, balance, reserved, effective, reference, metric, units, reason]);
}

function toCrossing({ type, data }: CreditEvent): string[] {
  return type === 'credits.balance_low' ? [`${data.threshold} by ${data.transaction_id}`] : [];
}

/** Each line that takes the effective balance from an amount, or from above it, to below it. */
function crossingsOf({ lines, thresholds }: Ledger): readonly string[] {
  const descending = thresholds.toSorted((one, other) => other - one);
  return lines.flatMap((line, index) => {
    const [before, after] = [effectiveAfter(lines[index - 1]), effectiveAfter(line)];
    return descending.filter((amount) => before >= amount && amount > after).map((amount) => `${amount} by ${line.id}`);
  });
}

function effectiveAfter(line: Transaction | undefined): number {
  return line === undefined ? 0 : line.balance_after - line.reserved_after;
}

function toOverage({ type, data }: CreditEvent): string[] {
  return type === 'credits.overage' ? [data.transaction_id] : [];
}

/** Usage that isn't of a hold and leaves less than nothing. */
function overagesOf({ lines, isOverageAnnounced }: Ledger): readonly string[] {
  if (!isOverageAnnounced) return [];
  const isBeyond = (line: Transaction) =>
    line.type === 'consumption' && line.reserved_delta === 0 && line.delta < 0 && effectiveAfter(line) < 0;
  return lines.filter(isBeyond).map(({ id }) => id);
}

function toLapse({ type, data }: CreditEvent): string[] {
  return type === 'reservation.expired' ? [data.reservation_id] : [];
}

function lapsesOf({ holds, isLapseAnnounced }: Ledger): readonly string[] {
  if (!isLapseAnnounced) return [];
  return holds.flatMap(({ id, status }) => (status === 'expired' ? [id] : [])).toSorted();
}

/** Says where two lists differ first. */
function compare(what: string, announced: readonly string[], expected: readonly string[]): readonly string[] {
  const length = Math.max(announced.length, expected.length);
  const index = Array.from({ length }).findIndex((_, each) => announced[each] !== expected[each]);
  if (index === -1) return [];
  const [is, ought] = [announced, expected].map((list) => list[index] ?? 'nothing');
  return [
    `Of ${expected.length} ${what}, ${announced.length} are announced; number ${index + 1} is ${is}, not ${ought}`,
  ];
}
