import type { OperationTypes } from '@holdfast/contract';

import type { Caller } from '../../caller.ts';
import type { Environment } from '../../environment.ts';
import type { Command } from '../../kernel/command.ts';
import { recordKey } from '../../kernel/record-access.ts';
import type { WriteOperation } from '../../legacy-operation.ts';
import { customerPartition } from '../../partitions.ts';
import type { CustomerPlace } from '../../partitions.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import { accepted, invalidRequest, isRefused, refused, repeated } from '../../shared/outcomes.ts';
import type { FieldFault, Outcome, Refused } from '../../shared/outcomes.ts';
import { fromWireTime, toWireTime } from '../../shared/times.ts';
import type { RecordKey } from '../../store.ts';
import { holderOf } from '../customer-commands.ts';
import type { CustomerCommands } from '../customer-commands.ts';
import { findByExternalId, findById, findCustomer } from '../customer-input.ts';
import type { CustomerReference } from '../customer-input.ts';
import { toMetadataJson } from '../metadata.ts';
import { paymentKind } from '../records.ts';
import { beyondLargestAmount, insufficient, paymentAlreadyCredited, unknownCustomer } from '../refusals.ts';
import type { CreditState } from '../state.ts';
import { toBalances, toBlock, toCustomer, toTransactionOf } from '../wire.ts';
import { createCustomer, updateCustomer } from './customers.ts';
import type { CustomerCommand } from './customers.ts';
import { adjust, expiresTooSoon, grant } from './grants.ts';
import type { GrantCommand } from './grants.ts';
import { findPayment } from './payments.ts';

type Input<Id extends keyof OperationTypes> = Omit<OperationTypes[Id], 'result'>;
type Result<Id extends keyof OperationTypes> = OperationTypes[Id]['result'];
type Body<Id extends keyof OperationTypes> = OperationTypes[Id]['body'];
type Write<Id extends keyof OperationTypes> = WriteOperation<Input<Id>, Result<Id>>;
type Prepared<Id extends keyof OperationTypes> = Command<Outcome<Result<Id>>> | Refused;

export function createAccountOperations(environment: Environment, commands: CustomerCommands) {
  const byExternalId = (caller: Caller, path: { external_id: string }) =>
    findByExternalId(environment, caller, path.external_id);
  const byId = (caller: Caller, path: { customer_id: string }) => findById(caller, path.customer_id);

  const createCustomerOperation: Write<'createCustomer'> = {
    type: 'write',
    prepare(caller, { body }) {
      const faults = findMetadataFaults(body.metadata, '/metadata');
      if (faults.length > 0) return invalidRequest(...faults);
      const { customer } = findByExternalId(environment, caller, body.external_id);
      const command = {
        externalId: body.external_id,
        displayName: body.display_name ?? null,
        metadataJson: toMetadataJson(body.metadata),
        overagePolicy: body.overage_policy ?? null,
        overageLimit: body.overage_limit ?? null,
      };
      return commands.onAccount(customer, [], (state, nowMs) => {
        if (createCustomer(state, command, nowMs)) return accepted(toCustomer(state.customerId, state.account));
        return refused({
          code: 'conflict',
          message: `There is a customer with the external id ${body.external_id} already.`,
        });
      });
    },
  };

  function prepareUpdate(
    reference: CustomerReference | undefined,
    body: Body<'updateCustomer'>,
  ): Prepared<'updateCustomer'> {
    if (reference === undefined) return unknownCustomer;
    const faults = findMetadataFaults(body.metadata, '/metadata');
    if (faults.length > 0) return invalidRequest(...faults);
    const change = {
      ...(body.display_name === undefined ? {} : { displayName: body.display_name }),
      ...(body.metadata === undefined ? {} : { metadataJson: toMetadataJson(body.metadata) }),
      ...(body.overage_policy === undefined ? {} : { overagePolicy: body.overage_policy }),
      ...(body.overage_limit === undefined ? {} : { overageLimit: body.overage_limit }),
    };
    return commands.on(reference, [], (state, nowMs) => {
      updateCustomer(state, change, nowMs);
      return accepted(toCustomer(state.customerId, state.account));
    });
  }

  function prepareGrant(
    reference: CustomerReference | undefined,
    body: Body<'grantCredits'>,
  ): Prepared<'grantCredits'> {
    if (reference === undefined) return unknownCustomer;
    const faults = findGrantFaults(body);
    if (faults.length > 0) return invalidRequest(...faults);
    const command = { ...toGrantCommand(body), source: body.source, reason: body.reason ?? null };
    return commands.on(reference, [], (state, nowMs) => grantTo(state, command, nowMs));
  }

  function prepareAdjust(
    caller: Caller,
    reference: CustomerReference | undefined,
    body: Body<'adjustCredits'>,
  ): Prepared<'adjustCredits'> {
    if (reference === undefined) return unknownCustomer;
    if (body.delta === 0) return invalidRequest({ field: '/delta', rule: 'not', message: 'must not be 0' });
    return commands.on(reference, [], (state, nowMs) => {
      const outcome = adjust(state, body, nowMs);
      if (outcome.status !== 'ADJUSTED') {
        return outcome.status === 'INSUFFICIENT' ? insufficient : beyondLargestAmount('/delta', 'the balance');
      }
      const { customerId, account } = holderOf(caller, state);
      return accepted({
        customer_id: customerId,
        external_customer_id: account.externalId,
        transaction: toTransactionOf(outcome.entry, 'adjustment'),
        account: toBalances(account),
      });
    });
  }

  const topUp: Write<'topUp'> = {
    type: 'write',
    prepare(caller, { body }) {
      const faults = findGrantFaults(body);
      if (faults.length > 0) return invalidRequest(...faults);
      const reference = findCustomer(environment, caller, body);
      if (reference === undefined) return unknownCustomer;
      if (isRefused(reference)) return reference;
      const command = { ...toGrantCommand(body), ...toPayment(body), source: 'topup' };
      const reads = paymentKeysOf(reference.customer, command);
      const { external_customer_id: externalId } = body;
      if (externalId === undefined) {
        return commands.on(reference, reads, (state, nowMs) => creditOnce(state, command, nowMs));
      }
      return commands.onAccount(reference.customer, reads, (state, nowMs) => {
        const isNew = state.findAccount() === undefined;
        if (isNew && expiresTooSoon(command, nowMs)) return mustExpireLater(nowMs); // Before the customer is created, which a refusal must not do.
        createCustomer(state, newCustomer(externalId), nowMs);
        return reference.matches(state.account) ? creditOnce(state, command, nowMs) : unknownCustomer;
      });
    },
  };

  return {
    createCustomer: createCustomerOperation,
    updateCustomer: {
      type: 'write',
      prepare: (caller, { path, body }) => prepareUpdate(byId(caller, path), body),
    } satisfies Write<'updateCustomer'>,
    updateCustomerByExternalId: {
      type: 'write',
      prepare: (caller, { path, body }) => prepareUpdate(byExternalId(caller, path), body),
    } satisfies Write<'updateCustomerByExternalId'>,
    grantCredits: {
      type: 'write',
      prepare: (caller, { path, body }) => prepareGrant(byId(caller, path), body),
    } satisfies Write<'grantCredits'>,
    grantCreditsByExternalId: {
      type: 'write',
      prepare: (caller, { path, body }) => prepareGrant(byExternalId(caller, path), body),
    } satisfies Write<'grantCreditsByExternalId'>,
    adjustCredits: {
      type: 'write',
      prepare: (caller, { path, body }) => prepareAdjust(caller, byId(caller, path), body),
    } satisfies Write<'adjustCredits'>,
    adjustCreditsByExternalId: {
      type: 'write',
      prepare: (caller, { path, body }) => prepareAdjust(caller, byExternalId(caller, path), body),
    } satisfies Write<'adjustCreditsByExternalId'>,
    topUp,
  };
}

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

function paymentKeysOf(customer: CustomerPlace, { externalPaymentId }: GrantCommand): readonly RecordKey[] {
  if (externalPaymentId === null) return [];
  return [recordKey(paymentKind, customerPartition(customer), externalPaymentId)];
}

function grantTo(state: CreditState, command: GrantCommand, nowMs: number): Outcome<Result<'grantCredits'>> {
  const outcome = grant(state, command, nowMs);
  if (outcome.status !== 'GRANTED') {
    if (outcome.status === 'OVERFLOW') return beyondLargestAmount('/credits', 'the balance');
    return mustExpireLater(nowMs);
  }
  return accepted({
    customer_id: state.customerId,
    external_customer_id: state.account.externalId,
    block: toBlock(outcome.blockId, outcome.block),
    transaction: toTransactionOf(outcome.entry, 'grant'),
    account: toBalances(state.account),
  });
}

function mustExpireLater(nowMs: number): Refused {
  return invalidRequest({
    field: '/expires_at',
    rule: 'future',
    message: `must be later than now, which is ${toWireTime(nowMs)}`,
  });
}

type GrantBody = Pick<Body<'grantCredits'>, 'credits' | 'priority' | 'expires_at' | 'metadata'>;

function findGrantFaults({ metadata, expires_at: expiresAt }: GrantBody): readonly FieldFault[] {
  const faults = findMetadataFaults(metadata, '/metadata');
  if (expiresAt === undefined || fromWireTime(expiresAt) !== undefined) return faults;
  return [...faults, { field: '/expires_at', rule: 'format', message: 'must be a day that there is' }];
}

function toGrantCommand({
  credits,
  priority,
  expires_at: expiresAt,
  metadata,
}: GrantBody): Omit<GrantCommand, 'source'> {
  return {
    credits,
    priority: priority ?? 0,
    expiresAtMs: expiresAt === undefined ? null : (fromWireTime(expiresAt) ?? null),
    pricePaid: null,
    currency: null,
    packageId: null,
    externalPaymentId: null,
    reason: null,
    metadataJson: toMetadataJson(metadata),
  };
}

function toPayment(body: Body<'topUp'>) {
  return {
    pricePaid: body.price_paid ?? null,
    currency: body.currency ?? null,
    packageId: body.package_id ?? null,
    externalPaymentId: body.external_payment_id ?? null,
  };
}

function newCustomer(externalId: string): CustomerCommand {
  return { externalId, displayName: null, metadataJson: null, overagePolicy: null, overageLimit: null };
}
