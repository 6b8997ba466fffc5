import type { Caller } from '../../caller.ts';
import type { WriteOperation } from '../../operation.ts';
import { creditPartition } from '../../partitions.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import { keyOfDigest } from '../../shared/numbered-ids.ts';
import { accepted, invalidRequest } from '../../shared/outcomes.ts';
import type { CreditContext } from '../context.ts';
import { toMetadataJson } from '../metadata.ts';
import { metricKeyOf } from '../records.ts';
import { metricExists, unknownMetric } from '../refusals.ts';
import { toMeteringRule, toMetric } from '../wire.ts';
import { findTierFaults, toPrices } from './price-input.ts';
import * as rules from './rules.ts';

export const createMetric: WriteOperation<'createMetric', CreditContext> = (caller, { body }, context) => {
  const faults = findMetadataFaults(body.metadata, '/metadata');
  if (faults.length > 0) return invalidRequest(...faults);
  const tenant = tenantOf(caller, context);
  const { partition } = tenant;
  const { key, name = null, description = null, display_name: displayName = null, metadata } = body;
  const command = { key, name, description, displayName, metadataJson: toMetadataJson(metadata) };
  return {
    partitions: [partition],
    reads: [metricKeyOf(partition, key)],
    run(changes, nowMs) {
      const metric = rules.createMetric({ changes, ...tenant }, command, nowMs);
      return metric === undefined ? metricExists(key) : accepted(toMetric(metric));
    },
  };
};

export const createMeteringRule: WriteOperation<'createMeteringRule', CreditContext> = (caller, { body }, context) => {
  const faults = findTierFaults(body);
  if (faults.length > 0) return invalidRequest(...faults);
  const tenant = tenantOf(caller, context);
  const { partition } = tenant;
  const command = { metricKey: body.billable_metric_key, prices: toPrices(body) };
  return {
    partitions: [partition],
    reads: [metricKeyOf(partition, command.metricKey)],
    run(changes, nowMs) {
      const rule = rules.createMeteringRule({ changes, ...tenant }, command, nowMs);
      return rule === undefined ? unknownMetric(command.metricKey) : accepted(toMeteringRule(rule));
    },
  };
};

function tenantOf(caller: Caller, { environment }: CreditContext): Omit<rules.TenantCredits, 'changes'> {
  const partition = creditPartition(caller);
  return { partition, key: keyOfDigest(environment.sha256(partition)) };
}
