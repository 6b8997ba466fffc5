import { recordKey } from '../../kernel/record-access.ts';
import type { Result, WriteOperation } from '../../operation.ts';
import { creditPartition, customerPartition, customerPartitionPrefix } from '../../partitions.ts';
import type { CustomerPlace } from '../../partitions.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import { accepted, invalidRequest, isRefused, repeated } from '../../shared/outcomes.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import type { RecordKey } from '../../store.ts';
import type { CreditContext } from '../context.ts';
import { onAccount, onCustomer } from '../customer-commands.ts';
import { findByExternalId, findCustomerInBody, findCustomerInPath } from '../customer-input.ts';
import { toMetadataJson } from '../metadata.ts';
import { accountKind, creditSettingsKey, paymentKind } from '../records.ts';
import {
  beyondLargestAmount,
  customerExists,
  insufficient,
  mustExpireLater,
  paymentAlreadyCredited,
  unknownCustomer,
} from '../refusals.ts';
import type { CreditState } from '../state.ts';
import { toBalances, toBlock, toCreditSettings, toCustomer, toThresholds, toTransactionOf } from '../wire.ts';
import * as customers from './customers.ts';
import { findGrantFaults, toGrant, toTopUp } from './grant-input.ts';
import { adjust, expiresTooSoon, grant } from './grants.ts';
import type { GrantCommand } from './grants.ts';
import { findPayment } from './payments.ts';
import * as tenantSettings from './tenant-settings.ts';

export const createCustomer: WriteOperation<'createCustomer', CreditContext> = (caller, { body }, context) => {
  const faults = findMetadataFaults(body.metadata, '/metadata');
  if (faults.length > 0) return invalidRequest(...faults);
  const { external_id: externalId } = body;
  const { customer } = findByExternalId(caller, externalId, context);
  const command = {
    externalId,
    displayName: body.display_name ?? null,
    metadataJson: toMetadataJson(body.metadata),
    overagePolicy: body.overage_policy ?? null,
    overageLimit: body.overage_limit ?? null,
  };
  return onAccount(customer, [], context, (state, nowMs) =>
    customers.createCustomer(state, command, nowMs)
      ? accepted(toCustomer(state.customerId, state.account))
      : customerExists(externalId),
  );
};

export const updateCustomer: WriteOperation<'updateCustomer' | 'updateCustomerByExternalId', CreditContext> = (
  caller,
  { path, body },
  context,
) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  const faults = findMetadataFaults(body.metadata, '/metadata');
  if (faults.length > 0) return invalidRequest(...faults);
  const change = {
    ...(body.display_name === undefined ? {} : { displayName: body.display_name }),
    ...(body.metadata === undefined ? {} : { metadataJson: toMetadataJson(body.metadata) }),
    ...(body.overage_policy === undefined ? {} : { overagePolicy: body.overage_policy }),
    ...(body.overage_limit === undefined ? {} : { overageLimit: body.overage_limit }),
  };
  return onCustomer(reference, [], context, (state, nowMs) => {
    customers.updateCustomer(state, change, nowMs);
    return accepted(toCustomer(state.customerId, state.account));
  });
};

export const grantCredits: WriteOperation<'grantCredits' | 'grantCreditsByExternalId', CreditContext> = (
  caller,
  { path, body },
  context,
) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  const faults = findGrantFaults(body);
  if (faults.length > 0) return invalidRequest(...faults);
  const command = toGrant(body);
  return onCustomer(reference, [], context, (state, nowMs) => grantTo(state, command, nowMs));
};

export const adjustCredits: WriteOperation<'adjustCredits' | 'adjustCreditsByExternalId', CreditContext> = (
  caller,
  { path, body },
  context,
) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  if (body.delta === 0) return invalidRequest({ field: '/delta', rule: 'not', message: 'must not be 0' });
  return onCustomer(reference, [], context, (state, nowMs) => {
    const outcome = adjust(state, body, nowMs);
    if (outcome.status !== 'ADJUSTED') {
      return outcome.status === 'INSUFFICIENT' ? insufficient : beyondLargestAmount('/delta', 'the balance');
    }
    return accepted({
      customer_id: state.customerId,
      external_customer_id: state.account.externalId,
      transaction: toTransactionOf(outcome.entry, 'adjustment'),
      account: toBalances(state.account),
    });
  });
};

export const topUp: WriteOperation<'topUp', CreditContext> = (caller, { body }, context) => {
  const faults = findGrantFaults(body);
  if (faults.length > 0) return invalidRequest(...faults);
  const reference = findCustomerInBody(caller, body, context);
  if (isRefused(reference)) return reference;
  const command = toTopUp(body);
  const reads = paymentKeysOf(reference.customer, command);
  const { external_customer_id: externalId } = body;
  if (externalId === undefined) {
    return onCustomer(reference, reads, context, (state, nowMs) => creditOnce(state, command, nowMs));
  }
  return onAccount(reference.customer, reads, context, (state, nowMs) => {
    const isNew = state.findAccount() === undefined;
    if (isNew && expiresTooSoon(command, nowMs)) return mustExpireLater(nowMs); // Before the customer is created, which a refusal must not do.
    customers.createCustomer(state, customers.newCustomer(externalId), nowMs);
    return reference.matches(state.account) ? creditOnce(state, command, nowMs) : unknownCustomer;
  });
};

export const updateCreditSettings: WriteOperation<'updateCreditSettings', CreditContext> = (caller, { body }) => {
  const partition = creditPartition(caller);
  const { overage_policy: policy, overage_limit: limit, emit_reservation_expired: emits } = body;
  const { balance_thresholds: thresholds } = body;
  const change = {
    ...(policy === undefined ? {} : { overagePolicy: policy }),
    ...(limit === undefined ? {} : { overageLimit: limit }),
    ...(emits === undefined ? {} : { emitReservationExpired: emits }),
    ...(thresholds === undefined ? {} : { balanceThresholds: inOrder(thresholds) }),
  };
  return {
    // What has lapsed by now is announced by the old settings.
    settles: { kind: accountKind, partitionPrefix: customerPartitionPrefix(partition) },
    partitions: [partition],
    reads: [],
    run: (changes) => accepted(toCreditSettings(tenantSettings.updateCreditSettings(changes, partition, change))),
  };
};

export const putCreditThresholds: WriteOperation<
  'putCreditThresholds' | 'putCreditThresholdsByExternalId',
  CreditContext
> = (caller, { path, body }, context) => {
  const reference = findCustomerInPath(caller, path, context);
  if (isRefused(reference)) return reference;
  const amounts = body.amounts && inOrder(body.amounts);
  const reads = [creditSettingsKey(reference.customer.tenantPartition)];
  return onCustomer(reference, reads, context, (state, nowMs) => {
    customers.updateCustomer(state, { balanceThresholds: amounts }, nowMs);
    return accepted(toThresholds(state));
  });
};

/** A payment credited before gets its first answer again. */
function creditOnce(state: CreditState, command: GrantCommand, nowMs: number): Outcome<Result<'topUp'>> {
  const { externalPaymentId } = command;
  if (externalPaymentId === null) return grantTo(state, command, nowMs);
  const found = findPayment(state, command);
  if (found.status === 'OTHER_CONTENT') return paymentAlreadyCredited(externalPaymentId);
  if (found.status === 'CREDITED') return repeated(JSON.parse(found.payment.grantJson) as Result<'topUp'>);

  const outcome = grantTo(state, command, nowMs);
  if (outcome.ok) {
    const { value } = outcome;
    state.addPayment(externalPaymentId, { blockId: value.block.id, grantJson: JSON.stringify(value) });
  }
  return outcome;
}

function inOrder(amounts: readonly number[]): readonly number[] {
  return amounts.toSorted((left, right) => left - right);
}

function paymentKeysOf(customer: CustomerPlace, { externalPaymentId }: GrantCommand): readonly RecordKey[] {
  if (externalPaymentId === null) return [];
  return [recordKey(paymentKind, customerPartition(customer), externalPaymentId)];
}

function grantTo(state: CreditState, command: GrantCommand, nowMs: number): Outcome<Result<'grantCredits'>> {
  const outcome = grant(state, command, nowMs);
  if (outcome.status !== 'GRANTED') {
    return outcome.status === 'OVERFLOW' ? beyondLargestAmount('/credits', 'the balance') : mustExpireLater(nowMs);
  }
  return accepted({
    customer_id: state.customerId,
    external_customer_id: state.account.externalId,
    block: toBlock(outcome.blockId, outcome.block),
    transaction: toTransactionOf(outcome.entry, 'grant'),
    account: toBalances(state.account),
  });
}
