import { findFree, negative, spendFree, totalOf } from '../burn-down.ts';
import { affordableUnits, priceOf } from '../metering/pricing.ts';
import type { Account, Entry, OveragePolicy } from '../records.ts';
import { effectiveBalance } from '../state.ts';
import type { CreditState } from '../state.ts';

export interface UsageCommand {
  readonly metricKey: string;
  readonly units: number;
  /** The caller's own id of the event. */
  readonly eventId: string | null;
  readonly occurredAtMs: number | null;
  readonly metadataJson: string | null;
}

export type UsageOutcome =
  | { readonly status: 'RECORDED'; readonly cost: number; readonly entry: Entry }
  | { readonly status: 'NO_RULE' | 'OVERFLOW' | 'INSUFFICIENT' };

export type EntitlementOutcome =
  | {
      readonly status: 'KNOWN';
      readonly isAllowed: boolean;
      readonly cost: number;
      readonly policy: OveragePolicy;
      readonly affordableUnits: number;
    }
  | { readonly status: 'NO_METRIC' | 'NO_RULE' | 'OVERFLOW' };

/** How far usage may take the effective balance, and whether it is announced. */
interface Overage {
  readonly policy: OveragePolicy;
  readonly floor: number;
}

/** Debits usage at once. Beyond the balance, the overage policy decides. */
export function recordUsage(state: CreditState, command: UsageCommand, nowMs: number): UsageOutcome {
  const { metricKey, units, eventId, occurredAtMs, metadataJson } = command;
  const prices = state.metric(metricKey)?.activeRule?.prices;
  if (prices === undefined) return { status: 'NO_RULE' };
  const cost = priceOf(prices, units);
  if (cost === undefined) return { status: 'OVERFLOW' };
  const overage = overageOf(state);
  if (effectiveBalance(state.account) - cost < overage.floor) return { status: 'INSUFFICIENT' };
  const slices = findFree(state, cost, nowMs);
  const beyond = cost - totalOf(slices);
  if (beyond > 0 && overage.policy === 'block') return { status: 'INSUFFICIENT' };

  spendFree(state, slices);
  const debtId = beyond > 0 ? addDebt(state, beyond, nowMs) : undefined;
  const blocks = negative(debtId === undefined ? slices : [...slices, { blockId: debtId, amount: beyond }]);
  const entry = state.post({
    type: 'consumption',
    delta: 0 - cost,
    balanceDelta: 0 - cost,
    blocks,
    ...(eventId === null ? {} : { referenceId: eventId }),
    metricKey,
    units,
    metadataJson,
    occurredAtMs,
    atMs: nowMs,
  });
  if (beyond > 0 && overage.policy === 'notify') {
    const data = { transaction_id: entry.id, billable_metric_key: metricKey, units, cost, overage: beyond };
    state.emit({ type: 'credits.overage', data, atMs: nowMs });
  }
  return { status: 'RECORDED', cost, entry };
}

/** What that many units would cost, and whether usage would be accepted. */
export function findEntitlement(state: CreditState, metricKey: string, units: number): EntitlementOutcome {
  const metric = state.metric(metricKey);
  if (metric === undefined) return { status: 'NO_METRIC' };
  const prices = metric.activeRule?.prices;
  if (prices === undefined) return { status: 'NO_RULE' };
  const cost = priceOf(prices, units);
  if (cost === undefined || !Number.isSafeInteger(state.account.balance - cost)) return { status: 'OVERFLOW' };

  const { policy, floor } = overageOf(state);
  const effective = effectiveBalance(state.account);
  const affordable = affordableUnits(prices, effective);
  return { status: 'KNOWN', isAllowed: effective - cost >= floor, cost, policy, affordableUnits: affordable };
}

/** The customer's policy, else the tenant's; each with its own limit. */
function overageOf(state: CreditState): Overage {
  const { account, settings } = state;
  const policy = account.overagePolicy ?? settings.overagePolicy;
  const limit = limitOf(account, settings.overageLimit);
  return { policy, floor: policy === 'block' ? 0 : 0 - limit };
}

function limitOf({ overagePolicy, overageLimit }: Account, tenantLimit: number | null): number {
  const limit = overageLimit ?? (overagePolicy === null ? tenantLimit : null);
  return limit ?? Number.MAX_SAFE_INTEGER;
}

function addDebt(state: CreditState, amount: number, nowMs: number): string {
  const { debt } = state.account;
  const grown =
    debt === null ? { blockId: state.newId(), amount, createdAtMs: nowMs } : { ...debt, amount: debt.amount + amount };
  state.changeAccount({ debt: grown });
  return grown.blockId;
}
