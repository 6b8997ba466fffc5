import { expect } from 'vitest';

import { LoadedRecords } from '../../testing/loaded-records.ts';
import { createCustomer, newCustomer } from '../accounts/customers.ts';
import { grant } from '../accounts/grants.ts';
import { settleDue } from '../expiry.ts';
import { commit, hold } from '../holds/rules.ts';
import type { PriceTable } from '../metering/pricing.ts';
import { createMeteringRule, createMetric } from '../metering/rules.ts';
import { blockKind, entryKind } from '../records.ts';
import type { Entry } from '../records.ts';
import { CreditState } from '../state.ts';
import { recordUsage } from '../usage/rules.ts';

export interface GrantOptions {
  readonly priority?: number;
  readonly expiresAtMs?: number | null;
  readonly pricePaid?: number | null;
}

interface CreditEvent {
  readonly type: string;
  readonly created_at: string;
  readonly api_key_label: string | null;
  readonly customer_id: string;
  readonly external_customer_id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const actor = { apiKeyLabel: 'key', eventHistoryMs: 60_000 };

/** A customer without credits, for tests that run rules. An image costs 1,000 millicredits. */
export class TestCustomer {
  readonly records = new LoadedRecords();
  readonly state = new CreditState(
    this.records,
    { tenantPartition: 'tenant/live/credits', key: '0123456789abcdef' },
    actor,
  );

  constructor() {
    createCustomer(this.state, newCustomer('acme'), 0);
    this.price({ costType: 'per_unit', unitCost: 1_000 });
  }

  /** Prices an image from now on. */
  price(prices: PriceTable): void {
    const { tenantPartition: partition, key } = this.state.customer;
    const tenant = { changes: this.records, partition, key };
    createMetric(tenant, { key: 'image', displayName: null, metadataJson: null }, 0);
    createMeteringRule(tenant, { metricKey: 'image', prices }, 0);
  }

  /** Grants credits and returns the block's id. */
  give(credits: number, options: GrantOptions = {}, nowMs = 0): string {
    const source = { source: 'test', currency: null, packageId: null, externalPaymentId: null, reason: null };
    const terms = { priority: 0, expiresAtMs: null, pricePaid: null, metadataJson: null, ...source, ...options };
    const outcome = grant(this.state, { ...terms, credits }, nowMs);
    if (outcome.status !== 'GRANTED') throw new Error(outcome.status);
    return outcome.blockId;
  }

  /** Holds images and returns the hold's id, or why not. */
  take(units: number, nowMs = 0, ttlMs = 1_000): string {
    const outcome = hold(this.state, { metricKey: 'image', units, ttlMs, metadataJson: null }, nowMs);
    return outcome.status === 'HELD' ? outcome.id : outcome.status;
  }

  /** Commits images to a hold. */
  pay(holdId: string, units: number, more: { isFinal?: boolean; nowMs?: number } = {}) {
    const { isFinal = true, nowMs = 0 } = more;
    return commit(this.state, { holdId, units, metadataJson: null, isFinal }, nowMs);
  }

  /** Records images as usage. */
  use(units: number, nowMs = 0) {
    const usage = { metricKey: 'image', units, eventId: null, occurredAtMs: null, metadataJson: null };
    return recordUsage(this.state, usage, nowMs);
  }

  settle(nowMs: number, limit = 100): void {
    settleDue(this.state, nowMs, limit);
  }

  /** Balance and reserved balance, after checking that both add up. */
  balances(): readonly [number, number] {
    const { balance, reserved, debt } = this.state.account;
    const entries = this.entries();
    const blocks = this.records.all(blockKind).map(({ value }) => value);
    const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
    expect(sum(entries.map((entry) => entry.balanceDelta))).toBe(balance);
    expect(sum(entries.map((entry) => entry.reservedDelta))).toBe(reserved);
    expect(sum(blocks.map((block) => block.remaining)) - (debt?.amount ?? 0)).toBe(balance);
    expect(sum(blocks.map((block) => block.held))).toBe(reserved);
    expect(entries.filter((entry) => sum(entry.blocks.map(({ amount }) => amount)) !== entry.delta)).toEqual([]);
    return [balance, reserved];
  }

  remaining(...blockIds: readonly string[]): readonly number[] {
    return blockIds.map((id) => this.state.block(id).remaining);
  }

  /** The ledger, from its first entry. */
  entries(): readonly Entry[] {
    return this.records.all(entryKind).map(({ value }) => value);
  }

  /** What the tenant has been told, in order. */
  events(): readonly CreditEvent[] {
    return this.records.announcements.map(({ text }) => JSON.parse(text) as CreditEvent);
  }

  lastEntry(): Entry | undefined {
    return this.entries().at(-1);
  }
}
