import type { OperationId } from '@holdfast/contract';

import type { WriteOperation } from '../../operation.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import { accepted, invalidRequest } from '../../shared/outcomes.ts';
import { newId } from '../../shared/timed-ids.ts';
import { accessCommand } from '../commands.ts';
import type { AccessContext } from '../context.ts';
import { defaultTier } from '../tiers.ts';
import { fromTier, toTenant, toTier } from '../wire.ts';
import * as rules from './rules.ts';
import type { TenantSettings } from './rules.ts';

type Write<Id extends OperationId> = WriteOperation<Id, AccessContext>;

export const createTenant: Write<'createTenant'> = (caller, { body }, context) => {
  const faults = findMetadataFaults(body.metadata, '/metadata');
  if (faults.length > 0) return invalidRequest(...faults);
  const uuid = context.environment.newUuid();
  const settings: TenantSettings = {
    name: body.name,
    tier: body.tier ?? defaultTier,
    suspended: false,
    requireRegistration: body.require_registration ?? null,
    metadataJson: body.metadata === undefined ? null : JSON.stringify(body.metadata),
  };
  return accessCommand(caller, context, (state) => {
    const created = rules.createTenant(state, newId('tnt', state.nowMs, uuid), settings);
    return created.ok ? accepted(toTenant(created.value, context.settings.requireRegistration)) : created;
  });
};

export const updateTenant: Write<'updateTenant'> = (caller, { path: { tenant_id: id }, body }, context) => {
  const faults = findMetadataFaults(body.metadata, '/metadata');
  if (faults.length > 0) return invalidRequest(...faults);
  const change: Partial<TenantSettings> = {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.tier === undefined ? {} : { tier: body.tier }),
    ...(body.suspended === undefined ? {} : { suspended: body.suspended }),
    ...(body.require_registration === undefined ? {} : { requireRegistration: body.require_registration }),
    ...(body.metadata === undefined ? {} : { metadataJson: JSON.stringify(body.metadata) }),
  };
  return accessCommand(caller, context, (state) => {
    const updated = rules.updateTenant(state, id, change);
    return updated.ok ? accepted(toTenant(updated.value, context.settings.requireRegistration)) : updated;
  });
};

export const putTier: Write<'putTier'> = (caller, { path: { name }, body }, context) => {
  const { webhooks = true, jwt_exchange: jwtExchange = true, enforce = true } = body;
  const settings = fromTier({ ...body, webhooks, jwt_exchange: jwtExchange, enforce });
  return accessCommand(caller, context, (state) => accepted(toTier(name, rules.putTier(state, name, settings))));
};

export const deleteTier: Write<'deleteTier'> = (caller, { path: { name } }, context) =>
  accessCommand(caller, context, (state) => rules.deleteTier(state, name));
