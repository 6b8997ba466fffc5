import type { WriteOperation } from '../../operation.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import { accepted, invalidRequest, isRefused } from '../../shared/outcomes.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import type { CreditContext } from '../context.ts';
import { holderOf, onAccount, onCustomer } from '../customer-commands.ts';
import { findCustomerInBody } from '../customer-input.ts';
import { toMetadataJson } from '../metadata.ts';
import { metricKeyOf } from '../records.ts';
import {
  beyondLargestAmount,
  holdExpired,
  holdMetadataTooLarge,
  holdNotActive,
  insufficientForHold,
  noMeteringRule,
  unknownHold,
} from '../refusals.ts';
import { toBalances, toHold, toHoldReceipt, toTransactionOf } from '../wire.ts';
import { findHold } from './hold-input.ts';
import { commit, extend, hold, release } from './rules.ts';
import type { HoldRefusal } from './rules.ts';

const usualTtlSeconds = 1_800;
const longestTtlSeconds = 86_400;

export const createHold: WriteOperation<'createHold', CreditContext> = (caller, { body }, context) => {
  const faults = findMetadataFaults(body.metadata, '/metadata');
  if (faults.length > 0) return invalidRequest(...faults);
  const reference = findCustomerInBody(caller, body, context);
  if (isRefused(reference)) return reference;
  const { billable_metric_key: metricKey, estimated_units: units } = body;
  const command = {
    metricKey,
    units,
    ttlMs: toTtlMs(body.ttl_seconds ?? usualTtlSeconds),
    metadataJson: toMetadataJson(body.metadata),
  };
  const reads = [metricKeyOf(reference.customer.tenantPartition, metricKey)];
  return onCustomer(reference, reads, context, (state, nowMs) => {
    const outcome = hold(state, command, nowMs);
    if (outcome.status !== 'HELD') return toRefusal(outcome, '/estimated_units', metricKey);
    return accepted(toHoldReceipt(holderOf(caller, state), outcome.id, outcome.hold));
  });
};

export const commitHold: WriteOperation<'commitHold', CreditContext> = (caller, { body, path }, context) => {
  const faults = findMetadataFaults(body.metadata, '/metadata');
  if (faults.length > 0) return invalidRequest(...faults);
  const reference = findHold(caller, path);
  if (isRefused(reference)) return reference;
  const command = {
    holdId: reference.id,
    units: body.actual_units,
    metadataJson: toMetadataJson(body.metadata),
    isFinal: body.final ?? true,
  };
  return onAccount(reference.customer, reference.reads, context, (state, nowMs) => {
    const outcome = commit(state, command, nowMs);
    if (outcome.status !== 'COMMITTED') return toRefusal(outcome, '/actual_units');
    return accepted({
      reservation_id: reference.id,
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
};

export const releaseHold: WriteOperation<'releaseHold', CreditContext> = (caller, { path }, context) => {
  const reference = findHold(caller, path);
  if (isRefused(reference)) return reference;
  return onAccount(reference.customer, reference.reads, context, (state, nowMs) => {
    const outcome = release(state, reference.id, nowMs);
    if (outcome.status !== 'RELEASED') return toRefusal(outcome, 'path.id');
    return accepted({
      reservation_id: reference.id,
      status: 'released' as const,
      estimated_cost: outcome.hold.estimatedCost,
      released: outcome.released,
      transaction: { ...toTransactionOf(outcome.entry, 'release'), reference_id: reference.id },
      account: toBalances(state.account),
    });
  });
};

export const extendHold: WriteOperation<'extendHold', CreditContext> = (caller, { body, path }, context) => {
  const reference = findHold(caller, path);
  if (isRefused(reference)) return reference;
  const command = {
    holdId: reference.id,
    additionalUnits: body.additional_units ?? 0,
    ttlMs: body.ttl_seconds === undefined ? null : toTtlMs(body.ttl_seconds),
  };
  return onAccount(reference.customer, reference.reads, context, (state, nowMs) => {
    const outcome = extend(state, command, nowMs);
    if (outcome.status !== 'HELD') return toRefusal(outcome, '/additional_units');
    return accepted(toHold(holderOf(caller, state), outcome.id, outcome.hold));
  });
};

/** More than a day is cut to a day, not refused. */
function toTtlMs(ttlSeconds: number): number {
  return Math.min(ttlSeconds, longestTtlSeconds) * 1_000;
}

function toRefusal(outcome: HoldRefusal, unitsField: string, metricKey = ''): Outcome<never> {
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
      return holdMetadataTooLarge;
  }
}
