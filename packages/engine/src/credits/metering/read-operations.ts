import type { Changes } from '../../kernel/record-access.ts';
import type { ReadOperation, Result } from '../../operation.ts';
import { creditPartition } from '../../partitions.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import { findPage } from '../../shared/page-input.ts';
import type { CreditContext } from '../context.ts';
import { meteringRuleKind, metricKeyOf, metricKind, metricRowKind } from '../records.ts';
import { unknownMetric } from '../refusals.ts';
import { toMeteringRule, toMetric } from '../wire.ts';

export const getMetric: ReadOperation<'getMetric', CreditContext> = (caller, { path: { key } }) => {
  const partition = creditPartition(caller);
  return {
    partitions: [partition],
    reads: [metricKeyOf(partition, key)],
    run(changes) {
      const metric = changes.get(metricKind, partition, key);
      return metric === undefined ? unknownMetric(key) : accepted(toMetric(metric));
    },
  };
};

export const listMetrics: ReadOperation<'listMetrics', CreditContext> = (caller, { query }, context) => {
  const partition = creditPartition(caller);
  const page = findPage(['metrics', partition], query, context);
  if (isRefused(page)) return page;
  const range = { kind: metricRowKind, partition, descending: true };
  return {
    partitions: [partition],
    reads: [],
    run(changes) {
      const { data: keys, pagination } = page.read(changes, range, ({ value }) => value.metricKey);
      return accepted({ data: readMetrics(changes, partition, keys), pagination });
    },
  };
};

export const listMeteringRules: ReadOperation<'listMeteringRules', CreditContext> = (caller, { query }, context) => {
  const partition = creditPartition(caller);
  const page = findPage([meteringRuleKind.name, partition], query, context);
  if (isRefused(page)) return page;
  const { billable_metric_key: metricKey } = query;
  const index = metricKey === undefined ? {} : { index: 'metric', equals: [metricKey] };
  const range = { kind: meteringRuleKind, partition, descending: true, ...index };
  return {
    partitions: [partition],
    reads: [],
    run: (changes) => accepted(page.read(changes, range, ({ value }) => toMeteringRule(value))),
  };
};

/** Metrics by key, in one round trip. */
function readMetrics(changes: Changes, partition: string, keys: readonly string[]): Result<'listMetrics'>['data'] {
  const metrics: Result<'listMetrics'>['data'] = [];
  changes.forEach(keys, (key) => {
    const metric = changes.get(metricKind, partition, key);
    if (metric === undefined) throw new Error(`The metric ${key} is listed, but there is none.`);
    metrics.push(toMetric(metric));
  });
  return metrics;
}
