import { defineKind, recordKey } from '../kernel/record-access.ts';
import type { Kind } from '../kernel/record-access.ts';
import type { RecordKey } from '../store.ts';
import type { PriceTable } from './metering/pricing.ts';

export type OveragePolicy = 'block' | 'allow' | 'notify';

/** One customer's account: the record that every command reads. Amounts are millicredits. */
export interface Account {
  readonly externalId: string;
  readonly displayName: string | null;
  readonly metadataJson: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Null: the tenant's. */
  readonly overagePolicy: OveragePolicy | null;
  /** How far below zero usage may take the effective balance; null: no limit, or the tenant's if the policy is. */
  readonly overageLimit: number | null;
  /** The effective balances below which the tenant is told, ascending; null: the tenant's. Absent in old records. */
  readonly balanceThresholds?: readonly number[] | null;
  /** The sum of what blocks have left, less the debt. */
  readonly balance: number;
  /** The part of it that active holds have taken. */
  readonly reserved: number;
  /** The sum of all grants. */
  readonly lifetimeEarned: number;
  /** Rises with every ledger entry. */
  readonly version: number;
  /** When the newest ledger entry was made. */
  readonly lastEntryAtMs: number;
  /** What usage took beyond the balance. While there is a debt, no block has anything free. */
  readonly debt: Debt | null;
  /** The earliest time at which a hold or block may be due; null: never. */
  readonly dueAtMs: number | null;
}

export interface Debt {
  /** The id that ledger entries give it, as if it were a block. */
  readonly blockId: string;
  readonly amount: number;
  readonly createdAtMs: number;
}

/** One grant, and what is left of it. */
export interface Block {
  readonly original: number;
  readonly remaining: number;
  /** The part of what remains that active holds have taken. */
  readonly held: number;
  readonly priority: number;
  readonly expiresAtMs: number | null;
  readonly source: string;
  readonly pricePaid: number | null;
  readonly currency: string | null;
  readonly packageId: string | null;
  readonly externalPaymentId: string | null;
  readonly reason: string | null;
  readonly metadataJson: string | null;
  readonly createdAtMs: number;
  /** Its sort key in burn-down order; null once nothing remains. */
  readonly burnOrder: string | null;
  /** When its free part lapses; null: never. */
  readonly dueAtMs: number | null;
}

/** A part of a block that a hold has taken. */
export interface Slice {
  readonly blockId: string;
  readonly amount: number;
}

type HoldStatus = 'active' | 'committed' | 'released' | 'expired';

export interface Hold {
  readonly status: HoldStatus;
  readonly metricKey: string;
  /** The prices at the time of the hold; they price its commits too. */
  readonly prices: PriceTable;
  readonly estimatedUnits: number;
  readonly estimatedCost: number;
  readonly committedUnits: number;
  /** The cost of the committed units, collected or not. */
  readonly committedPrice: number;
  readonly committedCost: number;
  /** What is still held, in burn-down order. */
  readonly slices: readonly Slice[];
  readonly entryId: string;
  readonly metadataJson: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** Null once it has ended. */
  readonly dueAtMs: number | null;
  readonly purgeAtMs: number | null;
}

export type EntryType = 'grant' | 'hold' | 'release' | 'consumption' | 'expiration' | 'adjustment';

/** One ledger entry. Append-only. */
export interface Entry {
  readonly id: string;
  readonly type: EntryType;
  readonly delta: number;
  readonly balanceDelta: number;
  readonly reservedDelta: number;
  readonly balanceAfter: number;
  readonly reservedAfter: number;
  readonly referenceId: string | null;
  readonly metricKey: string | null;
  readonly units: number | null;
  readonly reason: string | null;
  readonly metadataJson: string | null;
  /** The blocks that `delta` came from or went to; their amounts add up to it. */
  readonly blocks: readonly Slice[];
  readonly occurredAtMs: number | null;
  readonly createdAtMs: number;
}

/** The grant of a payment, kept as long as the ledger. The block says what was bought. */
export interface Payment {
  readonly blockId: string;
  readonly grantJson: string;
}

/** The answer to a usage event, kept for as long as the event may be sent again. */
export interface UsageEvent {
  readonly usageJson: string;
  readonly purgeAtMs: number;
}

/** A row in the list of a tenant's customers. */
export interface CustomerRow {
  readonly customerId: string;
}

export interface Metric {
  readonly key: string;
  /** Absent in records of earlier versions, as is the description. */
  readonly name?: string | null;
  readonly description?: string | null;
  readonly displayName: string | null;
  readonly metadataJson: string | null;
  readonly createdAtMs: number;
  readonly activeRule: ActiveRule | null;
}

/** A row in the list of a tenant's metrics. */
export interface MetricRow {
  readonly metricKey: string;
}

interface ActiveRule {
  readonly rowId: string;
  readonly id: string;
  readonly prices: PriceTable;
}

export interface MeteringRule {
  readonly id: string;
  readonly metricKey: string;
  readonly prices: PriceTable;
  readonly createdAtMs: number;
  readonly replacedAtMs: number | null;
}

/** Settings of all of a tenant's customers. */
export interface CreditSettings {
  readonly overagePolicy: OveragePolicy;
  readonly overageLimit: number | null;
  readonly emitReservationExpired: boolean;
  /** Those of customers who have none of their own, ascending. */
  readonly balanceThresholds: readonly number[];
}

/** In a customer's partition, under {@link accountId}. */
export const accountKind: Kind<Account> = defineKind({ name: 'credit-accounts', indexes: {}, dueField: 'dueAtMs' });

export const accountId = 'account';

export function accountKey(customerPartition: string): RecordKey {
  return recordKey(accountKind, customerPartition, accountId);
}

/** By id, in a customer's partition. */
export const blockKind: Kind<Block> = defineKind({
  name: 'credit-blocks',
  indexes: { burnOrder: ['burnOrder'], due: ['dueAtMs'] },
});

/** By id, and so in the order of their creation, in a customer's partition. */
export const holdKind: Kind<Hold> = defineKind({
  name: 'credit-holds',
  indexes: { status: ['status'], due: ['dueAtMs'] },
  purgeField: 'purgeAtMs',
});

/** By time and number, in a customer's partition. */
export const entryKind: Kind<Entry> = defineKind({ name: 'credit-entries', indexes: { type: ['type'] } });

/** By the caller's id of the event, in a customer's partition. */
export const usageEventKind: Kind<UsageEvent> = defineKind({
  name: 'credit-usage-events',
  indexes: {},
  purgeField: 'purgeAtMs',
});

/** By the payment provider's id of the payment, in a customer's partition. */
export const paymentKind: Kind<Payment> = defineKind({ name: 'credit-payments', indexes: {} });

/** By time of creation and id, in a tenant's partition. */
export const customerRowKind: Kind<CustomerRow> = defineKind({ name: 'credit-customers', indexes: {} });

/** By key, in a tenant's partition. */
export const metricKind: Kind<Metric> = defineKind({ name: 'credit-metrics', indexes: {} });

export function metricKeyOf(tenantPartition: string, key: string): RecordKey {
  return recordKey(metricKind, tenantPartition, key);
}

/** By time and number, in a tenant's partition. */
export const metricRowKind: Kind<MetricRow> = defineKind({ name: 'credit-metric-rows', indexes: {} });

/** By time and number, in a tenant's partition. */
export const meteringRuleKind: Kind<MeteringRule> = defineKind({
  name: 'credit-metering-rules',
  indexes: { metric: ['metricKey'] },
});

/** In a tenant's partition, under {@link settingsId}. */
export const creditSettingsKind: Kind<CreditSettings> = defineKind({ name: 'credit-settings', indexes: {} });

export const settingsId = 'settings';

export function creditSettingsKey(tenantPartition: string): RecordKey {
  return recordKey(creditSettingsKind, tenantPartition, settingsId);
}

/** The defaults. */
export const defaultSettings: CreditSettings = {
  overagePolicy: 'block',
  overageLimit: null,
  emitReservationExpired: false,
  balanceThresholds: [],
};

/** Every kind of the family. */
export const creditKinds = [
  accountKind,
  blockKind,
  holdKind,
  entryKind,
  usageEventKind,
  paymentKind,
  customerRowKind,
  metricKind,
  metricRowKind,
  meteringRuleKind,
  creditSettingsKind,
];
