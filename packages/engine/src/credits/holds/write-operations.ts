import type { OperationTypes } from '@holdfast/contract';

import type { Caller } from '../../caller.ts';
import type { Environment } from '../../environment.ts';
import { recordKey } from '../../kernel/record-access.ts';
import type { WriteOperation } from '../../legacy-operation.ts';
import { customerPartition } from '../../partitions.ts';
import type { CustomerPlace } from '../../partitions.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import { accepted, invalidRequest, isRefused } from '../../shared/outcomes.ts';
import type { Outcome, Refused } from '../../shared/outcomes.ts';
import type { RecordKey } from '../../store.ts';
import { holderOf, metricKeyOf } from '../customer-commands.ts';
import type { CustomerCommands } from '../customer-commands.ts';
import { customerOfId, findCustomer } from '../customer-input.ts';
import { toMetadataJson } from '../metadata.ts';
import { holdKind } from '../records.ts';
import {
  beyondLargestAmount,
  holdExpired,
  holdNotActive,
  insufficientForHold,
  noMeteringRule,
  unknownCustomer,
  unknownHold,
} from '../refusals.ts';
import { toBalances, toHold, toHoldReceipt, toTransactionOf } from '../wire.ts';
import { commit, extend, hold, release } from './rules.ts';
import type { HoldRefusal } from './rules.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Write<Id extends keyof OperationTypes> = WriteOperation<Input<Id>, OperationTypes[Id]['result']>;

const usualTtlSeconds = 1_800;
const longestTtlSeconds = 86_400;

export function createHoldOperations(environment: Environment, commands: CustomerCommands) {
  const createHold: Write<'createHold'> = {
    type: 'write',
    prepare(caller, { body }) {
      const faults = findMetadataFaults(body.metadata, '/metadata');
      if (faults.length > 0) return invalidRequest(...faults);
      const reference = findCustomer(environment, caller, body);
      if (reference === undefined) return unknownCustomer;
      if (isRefused(reference)) return reference;
      const { billable_metric_key: metricKey, estimated_units: units } = body;
      const command = {
        metricKey,
        units,
        ttlMs: toTtlMs(body.ttl_seconds ?? usualTtlSeconds),
        metadataJson: toMetadataJson(body.metadata),
      };
      return commands.on(reference, [metricKeyOf(reference.customer.tenantPartition, metricKey)], (state, nowMs) => {
        const outcome = hold(state, command, nowMs);
        if (outcome.status !== 'HELD') return toRefusal(outcome, '/estimated_units', metricKey);
        return accepted(toHoldReceipt(holderOf(caller, state), outcome.id, outcome.hold));
      });
    },
  };

  const commitHold: Write<'commitHold'> = {
    type: 'write',
    prepare(caller, { body, path: { id } }) {
      const faults = findMetadataFaults(body.metadata, '/metadata');
      if (faults.length > 0) return invalidRequest(...faults);
      const place = findHold(caller, id);
      if (place === undefined) return unknownHold;
      const command = {
        holdId: place.id,
        units: body.actual_units,
        metadataJson: toMetadataJson(body.metadata),
        isFinal: body.final ?? true,
      };
      return commands.onAccount(place.customer, place.reads, (state, nowMs) => {
        const outcome = commit(state, command, nowMs);
        if (outcome.status !== 'COMMITTED') return toRefusal(outcome, '/actual_units');
        return accepted({
          reservation_id: place.id,
          status: command.isFinal ? ('committed' as const) : ('active' as const),
          estimated_units: outcome.hold.estimatedUnits,
          actual_units: command.units,
          estimated_cost: outcome.hold.estimatedCost,
          actual_cost: outcome.cost,
          released: outcome.released,
          uncollected: outcome.uncollected,
          transaction: toTransactionOf(outcome.entry, 'consumption'),
          account: toBalances(state.account),
        });
      });
    },
  };

  const releaseHold: Write<'releaseHold'> = {
    type: 'write',
    prepare(caller, { path: { id } }) {
      const place = findHold(caller, id);
      if (place === undefined) return unknownHold;
      return commands.onAccount(place.customer, place.reads, (state, nowMs) => {
        const outcome = release(state, place.id, nowMs);
        if (outcome.status !== 'RELEASED') return toRefusal(outcome, 'path.id');
        return accepted({
          reservation_id: place.id,
          status: 'released' as const,
          estimated_cost: outcome.hold.estimatedCost,
          released: outcome.released,
          transaction: { ...toTransactionOf(outcome.entry, 'release'), reference_id: place.id },
          account: toBalances(state.account),
        });
      });
    },
  };

  const extendHold: Write<'extendHold'> = {
    type: 'write',
    prepare(caller, { body, path: { id } }) {
      const place = findHold(caller, id);
      if (place === undefined) return unknownHold;
      const command = {
        holdId: place.id,
        additionalUnits: body.additional_units ?? 0,
        ttlMs: body.ttl_seconds === undefined ? null : toTtlMs(body.ttl_seconds),
      };
      return commands.onAccount(place.customer, place.reads, (state, nowMs) => {
        const outcome = extend(state, command, nowMs);
        if (outcome.status !== 'HELD') return toRefusal(outcome, '/additional_units');
        return accepted(toHold(holderOf(caller, state), outcome.id, outcome.hold));
      });
    },
  };

  return { createHold, commitHold, releaseHold, extendHold };
}

/** A hold as a request names it: its id, its customer's partition, and the records sure to be read. */
export interface HoldPlace {
  readonly id: string;
  readonly customer: CustomerPlace;
  readonly reads: readonly RecordKey[];
}

/** Undefined for what can't be a hold's id. */
export function findHold(caller: Caller, id: string): HoldPlace | undefined {
  const customer = customerOfId(caller, id);
  if (customer === undefined) return undefined;
  const canonicalId = id.toLowerCase();
  return { id: canonicalId, customer, reads: [recordKey(holdKind, customerPartition(customer), canonicalId)] };
}

/** More than a day is cut to a day, not refused. */
function toTtlMs(ttlSeconds: number): number {
  return Math.min(ttlSeconds, longestTtlSeconds) * 1_000;
}

function toRefusal(outcome: HoldRefusal, unitsField: string, metricKey = ''): Refused & Outcome<never> {
  switch (outcome.status) {
    case 'NO_HOLD':
      return unknownHold;
    case 'EXPIRED':
      return holdExpired;
    case 'NOT_ACTIVE':
      return holdNotActive(outcome.hold.status);
    case 'NO_RULE':
      return noMeteringRule(metricKey);
    case 'INSUFFICIENT':
      return insufficientForHold;
    case 'OVERFLOW':
      return beyondLargestAmount(unitsField, 'the cost');
    case 'METADATA_TOO_LARGE':
      return invalidRequest({
        field: '/metadata',
        rule: 'maxBytes',
        message: 'makes the metadata of the reservation larger than 4096 bytes as JSON',
      });
  }
}
