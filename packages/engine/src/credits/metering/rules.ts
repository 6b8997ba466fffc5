import type { Changes } from '../../kernel/record-access.ts';
import { eventId } from '../../shared/event-id.ts';
import { uuidOf } from '../../shared/numbered-ids.ts';
import { meteringRuleKind, metricKind, metricRowKind } from '../records.ts';
import type { MeteringRule, Metric } from '../records.ts';
import type { PriceTable } from './pricing.ts';

export type MetricCommand = Pick<Metric, 'key' | 'name' | 'description' | 'displayName' | 'metadataJson'>;

/** What a tenant's customers share, to read and to change. */
export interface TenantCredits {
  readonly changes: Changes;
  readonly partition: string;
  /** The tenant's bits in ids. */
  readonly key: string;
}

/** Creates a metric; holds need a rule for it too. Undefined if the key is taken. */
export function createMetric(tenant: TenantCredits, command: MetricCommand, nowMs: number): Metric | undefined {
  const { changes, partition } = tenant;
  if (changes.get(metricKind, partition, command.key) !== undefined) return undefined;

  const metric = { ...command, createdAtMs: nowMs, activeRule: null };
  changes.put(metricKind, partition, command.key, metric);
  const rowId = eventId(nowMs, changes.nextSequence(partition));
  changes.insert(metricRowKind, partition, rowId, { metricKey: command.key });
  return metric;
}

/** Prices a metric from now on; existing holds keep their price. Undefined if there is no such metric. */
export function createMeteringRule(
  tenant: TenantCredits,
  { metricKey, prices }: { readonly metricKey: string; readonly prices: PriceTable },
  nowMs: number,
): MeteringRule | undefined {
  const { changes, partition, key } = tenant;
  const metric = changes.get(metricKind, partition, metricKey);
  if (metric === undefined) return undefined;

  replaceRule(tenant, metric, nowMs);
  const sequence = changes.nextSequence(partition);
  const [id, rowId] = [uuidOf(key, sequence), eventId(nowMs, sequence)];
  const rule = { id, metricKey, prices, createdAtMs: nowMs, replacedAtMs: null };
  changes.insert(meteringRuleKind, partition, rowId, rule);
  changes.put(metricKind, partition, metricKey, { ...metric, activeRule: { id, rowId, prices } });
  return rule;
}

function replaceRule({ changes, partition }: TenantCredits, { activeRule }: Metric, nowMs: number): void {
  if (activeRule === null) return;
  const rule = changes.get(meteringRuleKind, partition, activeRule.rowId);
  if (rule !== undefined) changes.put(meteringRuleKind, partition, activeRule.rowId, { ...rule, replacedAtMs: nowMs });
}
