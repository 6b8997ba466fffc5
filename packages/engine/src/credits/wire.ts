import type { Caller } from '../caller.ts';
import type { Result } from '../operation.ts';
import { toWireTime, toWireTimeOrNull } from '../shared/times.ts';
import type { AuditOutcome } from './accounts/audit.ts';
import type { PriceTable } from './metering/pricing.ts';
import type { Account, Block, CreditSettings, Debt, Entry, Hold, MeteringRule, Metric } from './records.ts';
import { effectiveBalance } from './state.ts';
import type { CreditState } from './state.ts';

type Items<Id extends 'listHolds' | 'listTransactions' | 'listCustomers' | 'listMeteringRules'> =
  Result<Id>['data'][number];

/** Whose account an answer is about. */
export interface AccountHolder {
  readonly caller: Caller;
  readonly customerId: string;
  readonly account: Account;
}

export function toBalances(account: Account) {
  const { balance, reserved } = account;
  return { balance, reserved_balance: reserved, effective_balance: effectiveBalance(account) };
}

export function toHoldReceipt(holder: AccountHolder, id: string, hold: Hold): Result<'createHold'> {
  const { caller, customerId, account } = holder;
  return {
    id,
    tenant_id: caller.tenantId,
    customer_id: customerId,
    external_customer_id: account.externalId,
    billable_metric_key: hold.metricKey,
    estimated_units: hold.estimatedUnits,
    estimated_cost: hold.estimatedCost,
    environment: caller.environment,
    status: 'active',
    expires_at: toWireTime(hold.expiresAtMs),
    account: toBalances(account),
    metadata: toMetadata(hold.metadataJson),
    created_at: toWireTime(hold.createdAtMs),
  };
}

export function toHold(holder: AccountHolder, id: string, hold: Hold): Result<'getHold'> {
  return { ...toHoldReceipt(holder, id, hold), ...toHoldState(hold) };
}

export function toHoldSummary(holder: AccountHolder, id: string, hold: Hold): Items<'listHolds'> {
  const { account: _, ...receipt } = toHoldReceipt(holder, id, hold);
  return { ...receipt, ...toHoldState(hold) };
}

function toHoldState(hold: Hold) {
  return {
    status: hold.status,
    reference_id: hold.entryId,
    committed_units: hold.committedUnits,
    committed_cost: hold.committedCost,
  };
}

export function toTransactionOf<Type extends Entry['type']>(entry: Entry, type: Type) {
  return { id: entry.id, delta: entry.delta, type, created_at: toWireTime(entry.createdAtMs) };
}

export function toTransaction(entry: Entry): Items<'listTransactions'> {
  return {
    id: entry.id,
    type: entry.type,
    delta: entry.delta,
    balance_delta: entry.balanceDelta,
    reserved_delta: entry.reservedDelta,
    balance_after: entry.balanceAfter,
    reserved_after: entry.reservedAfter,
    reference_id: entry.referenceId,
    billable_metric_key: entry.metricKey,
    units: entry.units,
    reason: entry.reason,
    metadata: toMetadata(entry.metadataJson),
    blocks: entry.blocks.map(({ blockId, amount }) => ({ block_id: blockId, amount })),
    occurred_at: toWireTimeOrNull(entry.occurredAtMs),
    created_at: toWireTime(entry.createdAtMs),
  };
}

export function toCustomer(customerId: string, account: Account): Result<'getCustomer'> {
  return {
    id: customerId,
    external_id: account.externalId,
    display_name: account.displayName,
    metadata: toMetadata(account.metadataJson),
    overage_policy: account.overagePolicy,
    overage_limit: account.overageLimit,
    balance_thresholds: ownThresholds(account),
    created_at: toWireTime(account.createdAtMs),
    updated_at: toWireTime(account.updatedAtMs),
  };
}

export function toAccount({ customerId, account }: AccountHolder): Result<'getAccount'> {
  return {
    customer_id: customerId,
    external_customer_id: account.externalId,
    ...toBalances(account),
    lifetime_earned: account.lifetimeEarned,
    version: account.version,
  };
}

type WireBlock = Result<'topUp'>['block'];

export function toBlock(id: string, block: Omit<Block, 'burnOrder' | 'dueAtMs'>): WireBlock {
  return {
    id,
    original_amount: block.original,
    remaining_amount: block.remaining,
    held_amount: block.held,
    priority: block.priority,
    expires_at: toWireTimeOrNull(block.expiresAtMs),
    source: block.source,
    price_paid: block.pricePaid,
    currency: block.currency,
    package_id: block.packageId,
    external_payment_id: block.externalPaymentId,
    reason: block.reason,
    metadata: toMetadata(block.metadataJson),
    created_at: toWireTime(block.createdAtMs),
  };
}

/** A debt as a negative block, so that blocks add up to the balance. */
export function toDebtBlock({ blockId, amount, createdAtMs }: Debt): WireBlock {
  return toBlock(blockId, {
    original: 0,
    remaining: 0 - amount,
    held: 0,
    priority: 0,
    expiresAtMs: null,
    source: 'overage',
    pricePaid: null,
    currency: null,
    packageId: null,
    externalPaymentId: null,
    reason: null,
    metadataJson: null,
    createdAtMs,
  });
}

export function toAudit(customerId: string, audit: AuditOutcome): Result<'auditAccount'> {
  const { account, faults } = audit;
  return {
    customer_id: customerId,
    external_customer_id: account.externalId,
    consistent: faults.length === 0,
    balance: account.balance,
    reserved_balance: account.reserved,
    sums: {
      ledger_balance: audit.ledgerBalance,
      ledger_reserved: audit.ledgerReserved,
      blocks_remaining: audit.blocksRemaining,
      holds_held: audit.holdsHeld,
    },
    transactions: audit.entries,
    faults: [...faults],
  };
}

export function toMetric(metric: Metric): Result<'getMetric'> {
  return {
    key: metric.key,
    name: metric.name ?? null,
    description: metric.description ?? null,
    display_name: metric.displayName,
    metadata: toMetadata(metric.metadataJson),
    created_at: toWireTime(metric.createdAtMs),
    active_rule_id: metric.activeRule?.id ?? null,
  };
}

export function toMeteringRule(rule: MeteringRule): Items<'listMeteringRules'> {
  const shared = {
    id: rule.id,
    billable_metric_key: rule.metricKey,
    active: rule.replacedAtMs === null,
    created_at: toWireTime(rule.createdAtMs),
    replaced_at: toWireTimeOrNull(rule.replacedAtMs),
  };
  const { prices } = rule;
  switch (prices.costType) {
    case 'flat':
      return { ...shared, cost_type: prices.costType, flat_cost: prices.flatCost };
    case 'per_unit':
      return { ...shared, cost_type: prices.costType, unit_cost: prices.unitCost };
    case 'package':
      return {
        ...shared,
        cost_type: prices.costType,
        package_size: prices.packageSize,
        package_cost: prices.packageCost,
      };
    case 'tiered':
      return { ...shared, cost_type: prices.costType, mode: prices.mode, tiers: toTiers(prices) };
  }
}

function toTiers({ tiers }: Extract<PriceTable, { costType: 'tiered' }>) {
  return tiers.map(({ upTo, unitCost, flatCost }) => ({ up_to: upTo, unit_cost: unitCost, flat_cost: flatCost }));
}

export function toCreditSettings(settings: CreditSettings): Result<'getCreditSettings'> {
  return {
    overage_policy: settings.overagePolicy,
    overage_limit: settings.overageLimit,
    emit_reservation_expired: settings.emitReservationExpired,
    balance_thresholds: [...settings.balanceThresholds],
  };
}

export function toThresholds({ customerId, account, thresholds }: CreditState): Result<'putCreditThresholds'> {
  return {
    customer_id: customerId,
    external_customer_id: account.externalId,
    amounts: [...thresholds],
    inherited: ownThresholds(account) === null,
  };
}

function ownThresholds({ balanceThresholds = null }: Account): number[] | null {
  return balanceThresholds && [...balanceThresholds];
}

function toMetadata(metadataJson: string | null): Record<string, unknown> {
  return metadataJson === null ? {} : (JSON.parse(metadataJson) as Record<string, unknown>);
}
