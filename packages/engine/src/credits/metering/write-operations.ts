import type { OperationTypes } from '@holdfast/contract';

import type { Caller } from '../../caller.ts';
import type { Environment } from '../../environment.ts';
import type { WriteOperation } from '../../legacy-operation.ts';
import { creditPartition, customerPartitionPrefix } from '../../partitions.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import { accepted, invalidRequest, refused } from '../../shared/outcomes.ts';
import type { FieldFault } from '../../shared/outcomes.ts';
import { updateCreditSettings } from '../accounts/tenant-settings.ts';
import { metricKeyOf } from '../customer-commands.ts';
import { keyOfDigest } from '../ids.ts';
import { toMetadataJson } from '../metadata.ts';
import { accountKind } from '../records.ts';
import { unknownMetric } from '../refusals.ts';
import { toCreditSettings, toMeteringRule, toMetric } from '../wire.ts';
import type { PriceTable } from './pricing.ts';
import { createMeteringRule, createMetric } from './rules.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Body<Id extends keyof OperationTypes> = OperationTypes[Id]['body'];
type Write<Id extends keyof OperationTypes> = WriteOperation<Input<Id>, OperationTypes[Id]['result']>;

export function createMeteringOperations(environment: Environment) {
  const keyOf = (caller: Caller) => keyOfDigest(environment.sha256(creditPartition(caller)));

  const createMetricOperation: Write<'createMetric'> = {
    type: 'write',
    prepare(caller, { body }) {
      const faults = findMetadataFaults(body.metadata, '/metadata');
      if (faults.length > 0) return invalidRequest(...faults);
      const partition = creditPartition(caller);
      const { key, name = null, description = null, display_name: displayName = null, metadata } = body;
      const command = { key, name, description, displayName, metadataJson: toMetadataJson(metadata) };
      return {
        partitions: [partition],
        reads: [metricKeyOf(partition, key)],
        run(changes, nowMs) {
          const metric = createMetric({ changes, partition, key: keyOf(caller) }, command, nowMs);
          if (metric !== undefined) return accepted(toMetric(metric));
          return refused({ code: 'conflict', message: `There is a billable metric with the key ${key} already.` });
        },
      };
    },
  };

  const createMeteringRuleOperation: Write<'createMeteringRule'> = {
    type: 'write',
    prepare(caller, { body }) {
      const faults = findTierFaults(body);
      if (faults.length > 0) return invalidRequest(...faults);
      const partition = creditPartition(caller);
      const command = { metricKey: body.billable_metric_key, prices: toPrices(body) };
      return {
        partitions: [partition],
        reads: [metricKeyOf(partition, command.metricKey)],
        run(changes, nowMs) {
          const rule = createMeteringRule({ changes, partition, key: keyOf(caller) }, command, nowMs);
          return rule === undefined ? unknownMetric(command.metricKey) : accepted(toMeteringRule(rule));
        },
      };
    },
  };

  const updateCreditSettingsOperation: Write<'updateCreditSettings'> = {
    type: 'write',
    prepare(caller, { body }) {
      const partition = creditPartition(caller);
      const { overage_policy: policy, overage_limit: limit, emit_reservation_expired: emits } = body;
      const change = {
        ...(policy === undefined ? {} : { overagePolicy: policy }),
        ...(limit === undefined ? {} : { overageLimit: limit }),
        ...(emits === undefined ? {} : { emitReservationExpired: emits }),
      };
      return {
        // What has lapsed by now is announced by the old setting.
        settles: { kind: accountKind, partitionPrefix: customerPartitionPrefix(partition) },
        partitions: [partition],
        reads: [],
        run: (changes) => accepted(toCreditSettings(updateCreditSettings(changes, partition, change))),
      };
    },
  };

  return {
    createMetric: createMetricOperation,
    createMeteringRule: createMeteringRuleOperation,
    updateCreditSettings: updateCreditSettingsOperation,
  };
}

function toPrices(body: Body<'createMeteringRule'>): PriceTable {
  switch (body.cost_type) {
    case 'flat':
      return { costType: body.cost_type, flatCost: body.flat_cost };
    case 'per_unit':
      return { costType: body.cost_type, unitCost: body.unit_cost };
    case 'package':
      return { costType: body.cost_type, packageSize: body.package_size, packageCost: body.package_cost };
    case 'tiered': {
      const tiers = body.tiers.map((tier) => {
        return { upTo: tier.up_to, unitCost: tier.unit_cost, flatCost: tier.flat_cost ?? 0 };
      });
      return { costType: body.cost_type, mode: body.mode, tiers };
    }
  }
}

/** Faults of tiers that the schema can't express: they must rise, and only the last has no end. */
function findTierFaults(body: Body<'createMeteringRule'>): readonly FieldFault[] {
  if (body.cost_type !== 'tiered') return [];
  const ends = body.tiers.map((tier) => tier.up_to);
  return ends.flatMap((end, index) => {
    const field = `/tiers/${index}/up_to`;
    if (index === ends.length - 1) {
      return end === null ? [] : [{ field, rule: 'const', message: 'must be null in the last tier, which has no end' }];
    }
    if (end === null) return [{ field, rule: 'type', message: 'must be null in the last tier only' }];
    const before = ends[index - 1] ?? 0;
    return end > before
      ? []
      : [{ field, rule: 'exclusiveMinimum', message: `must be greater than ${before}, where the tier before ends` }];
  });
}
