import type { DefinitionItem, OperationId, RenewItem, ReserveItem, UnreserveItem } from '@holdfast/contract';

import type { Caller } from '../caller.ts';
import type { Command } from '../kernel/command.ts';
import { recordKey } from '../kernel/record-access.ts';
import type { WriteOperation } from '../operation.ts';
import { namedResourcePartition } from '../partitions.ts';
import { lockCountKey } from '../shared/lock-counts.ts';
import { findMetadataFaults } from '../shared/metadata-input.ts';
import { accepted, invalidRequest, refused } from '../shared/outcomes.ts';
import type { Outcome } from '../shared/outcomes.ts';
import type { RecordKey } from '../store.ts';
import type { NamedResourceContext } from './context.ts';
import { findDefinitionFaults, toDefinitionCommand } from './definition-input.ts';
import { findHolder, forceRelease as endByForce } from './force-release.ts';
import { withinLimit } from './lock-limit.ts';
import { findTarget } from './placement.ts';
import { definitionKind, lockKind } from './records.ts';
import * as registration from './registration.ts';
import * as rules from './rules.ts';
import type { ClaimCommand, HolderCommand } from './rules.ts';
import { parseSlotName } from './slot-name.ts';
import { ResourceState } from './state.ts';
import {
  countClaimed,
  countForced,
  countHeld,
  findExcess,
  mostNames,
  mostTaken,
  poolInsteadOfSlot,
  tooManySlots,
} from './touched-names.ts';
import {
  toForceReleaseResult,
  toRenewResult,
  toReserveResult,
  toTransactionResult,
  toUnreserveResult,
  toWireDefinition,
} from './wire.ts';

type Write<Id extends OperationId> = WriteOperation<Id, NamedResourceContext>;

const defaultResourceType = 'UserDefined';

export const reserve: Write<'reserve'> = (caller, { body }, context) => {
  const faults = body.flatMap((item, index) => findMetadataFaults(item.metadata, `/${index}/metadata`));
  if (faults.length > 0) return invalidRequest(...faults);
  const claims = body.map((item) => toClaimCommand(caller, item.requester, item, context));
  return onNames(namesOf(body), caller, context, (state, nowMs) => {
    const touched = countClaimed(state, claims);
    const excess = findExcess(touched, 'body');
    if (excess !== undefined) return excess;
    return withinLimit(state, caller, mostTaken(touched), nowMs, () =>
      accepted(mapAll(state, claims, (each) => toReserveResult(each, rules.reserve(state, each, nowMs), nowMs))),
    );
  });
};

export const unreserve: Write<'unreserve'> = (caller, { body }, context) =>
  onNames(namesOf(body), caller, context, (state, nowMs) => {
    const excess = findExcess(countHeld(state, body, nowMs), 'body');
    if (excess !== undefined) return excess;
    const outcomes = mapAll(state, body, (item: UnreserveItem) => {
      const outcome = rules.unreserve(state, toHolderCommand(caller, item), nowMs);
      return { status: outcome.status, result: toUnreserveResult(item, outcome) };
    });
    return acceptUnlessWrongToken(outcomes);
  });

export const renew: Write<'renew'> = (caller, { body }, context) =>
  onNames(namesOf(body), caller, context, (state, nowMs) => {
    const excess = findExcess(countHeld(state, body, nowMs), 'body');
    if (excess !== undefined) return excess;
    const outcomes = mapAll(state, body, (item: RenewItem) => {
      const outcome = rules.renew(state, { ...toHolderCommand(caller, item), ttlMs: item.ttlSeconds * 1_000 }, nowMs);
      return { status: outcome.status, result: toRenewResult(item, outcome) };
    });
    return acceptUnlessWrongToken(outcomes);
  });

export const reserveTransaction: Write<'reserveTransaction'> = (caller, { body }, context) => {
  const { requester, items, method = 'ALL_OR_NONE' } = body;
  const faults = items.flatMap((item, index) => findMetadataFaults(item.metadata, `/items/${index}/metadata`));
  if (faults.length > 0) return invalidRequest(...faults);
  const claims = items.map((item) => toClaimCommand(caller, requester, item, context));
  return onNames(namesOf(items), caller, context, (state, nowMs) => {
    const touched = countClaimed(state, claims);
    const excess = findExcess(touched, '/items');
    if (excess !== undefined) return excess;
    return withinLimit(state, caller, mostTaken(touched), nowMs, () => {
      const { outcome, results } = rules.reserveTransaction(state, claims, method, nowMs);
      const wireResults = items.map(({ resource }, index) =>
        toTransactionResult({ resource, requester }, results[index] ?? { status: 'NOT_TAKEN' }, nowMs),
      );
      return accepted({ outcome, results: wireResults });
    });
  });
};

export const forceRelease: Write<'forceRelease'> = (caller, { body: { resource, reason } }, context) =>
  onNames([resource], caller, context, (state, nowMs) => {
    if (findTarget(state, resource).type === 'pool') return invalidRequest(poolInsteadOfSlot('/resource', resource));
    const holder = findHolder(state, resource, mostNames + 1, nowMs);
    if (holder === undefined) return accepted(toForceReleaseResult(resource, undefined, []));
    const excess = findExcess(countForced(state, holder.claims), '/resource');
    if (excess !== undefined) return excess;
    const released = endByForce(state, holder, { apiKeyLabel: caller.apiKeyLabel, reason }, nowMs);
    return accepted(toForceReleaseResult(resource, holder.held, released));
  });

export const registerResources: Write<'registerResources'> = (caller, { body }, context) => {
  const faults = body.flatMap((item: DefinitionItem, index) => findDefinitionFaults(item, `/${index}`));
  if (faults.length > 0) return invalidRequest(...faults);
  const definitions = body.map(toDefinitionCommand);
  const names = definitions.map(({ name }) => name);
  return onNames(names, caller, context, (state, nowMs) => {
    const outcome = registration.register(state, definitions, nowMs);
    switch (outcome.status) {
      case 'REGISTERED':
        return accepted(outcome.definitions.map(toWireDefinition));
      case 'HELD': {
        const message = `${outcome.name} is held, so it can't become a pool: release it first.`;
        return refused({ code: 'resource_held', message });
      }
      case 'TOO_MANY_SLOTS':
        return invalidRequest(tooManySlots(`/${outcome.index}/name`));
    }
  });
};

export const deleteDefinition: Write<'deleteDefinition'> = (caller, { path: { name } }, context) =>
  onNames([name], caller, context, (state, nowMs) => {
    switch (registration.deleteDefinition(state, name, nowMs)) {
      case 'DELETED':
        return accepted(undefined);
      case 'UNKNOWN':
        return refused({ code: 'not_found', message: `No definition has the name ${name}.` });
      case 'HELD':
        return refused({ code: 'resource_held', message: `${name} is held: release it first.` });
    }
  });

/** A command on the caller's resources, sure to read the locks and definitions of its names, and how many there are. */
function onNames<Result>(
  names: readonly string[],
  caller: Caller,
  { settings }: NamedResourceContext,
  decide: (state: ResourceState, nowMs: number) => Result,
): Command<Result> {
  const partition = namedResourcePartition(caller);
  return {
    partitions: [partition],
    reads: [lockCountKey(partition), ...names.flatMap((name) => readsFor(partition, name))],
    run: (changes, nowMs) => decide(new ResourceState(changes, partition, settings), nowMs),
  };
}

function toClaimCommand(
  caller: Caller,
  requester: string,
  item: Omit<ReserveItem, 'requester'>,
  { environment }: NamedResourceContext,
): ClaimCommand {
  return {
    requester,
    resource: item.resource,
    ttlMs: item.ttlSeconds === undefined ? null : item.ttlSeconds * 1_000,
    resourceType: item.resourceType ?? defaultResourceType,
    metadataJson: item.metadata === undefined ? null : JSON.stringify(item.metadata),
    apiKeyLabel: caller.apiKeyLabel,
    releaseToken: environment.newToken(),
  };
}

function namesOf(items: readonly { readonly resource: string }[]): readonly string[] {
  return items.map(({ resource }) => resource);
}

function readsFor(partition: string, name: string): readonly RecordKey[] {
  const pool = parseSlotName(name)?.pool;
  const reads = [recordKey(lockKind, partition, name), recordKey(definitionKind, partition, name)];
  return pool === undefined ? reads : [...reads, recordKey(definitionKind, partition, pool)];
}

function mapAll<Item, Result>(state: ResourceState, items: readonly Item[], decide: (item: Item) => Result): Result[] {
  const results: Result[] = [];
  state.forEach(items, (item) => results.push(decide(item)));
  return results;
}

function toHolderCommand({ apiKeyLabel }: Caller, { requester, resource, releaseToken }: UnreserveItem): HolderCommand {
  return { requester, resource, releaseToken, apiKeyLabel };
}

interface HolderResult<Result> {
  readonly status: string;
  readonly result: Result;
}

/** One wrong token makes the whole answer a refusal, although the other items took effect. */
function acceptUnlessWrongToken<Result>(outcomes: readonly HolderResult<Result>[]): Outcome<Result[]> {
  const results = outcomes.map(({ result }) => result);
  const wrong = outcomes.findIndex(({ status }) => status === 'WRONG_TOKEN');
  if (wrong === -1) return accepted(results);
  const message = `/${wrong}/releaseToken is missing or is not the token of the reservation.`;
  return refused({ code: 'wrong_release_token', message, results });
}
