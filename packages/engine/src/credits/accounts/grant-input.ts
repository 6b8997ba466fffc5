import type { Body } from '../../operation.ts';
import { findMetadataFaults } from '../../shared/metadata-input.ts';
import type { FieldFault } from '../../shared/outcomes.ts';
import { fromWireTime } from '../../shared/times.ts';
import { toMetadataJson } from '../metadata.ts';
import type { GrantCommand } from './grants.ts';

/** What a body says of the credits that it grants. */
type GrantFields = Pick<Body<'grantCredits' | 'topUp'>, 'credits' | 'priority' | 'expires_at' | 'metadata'>;

/** Faults of a grant that the schema can't express. */
export function findGrantFaults({ metadata, expires_at: expiresAt }: GrantFields): readonly FieldFault[] {
  const faults = findMetadataFaults(metadata, '/metadata');
  if (expiresAt === undefined || fromWireTime(expiresAt) !== undefined) return faults;
  return [...faults, { field: '/expires_at', rule: 'format', message: 'must be a day that there is' }];
}

/** A grant that nobody has paid for. */
export function toGrant(body: Body<'grantCredits'>): GrantCommand {
  const unpaid = { pricePaid: null, currency: null, packageId: null, externalPaymentId: null };
  return { ...toCredits(body), ...unpaid, source: body.source, reason: body.reason ?? null };
}

/** A grant that may have been paid for. */
export function toTopUp(body: Body<'topUp'>): GrantCommand {
  return {
    ...toCredits(body),
    pricePaid: body.price_paid ?? null,
    currency: body.currency ?? null,
    packageId: body.package_id ?? null,
    externalPaymentId: body.external_payment_id ?? null,
    source: 'topup',
    reason: null,
  };
}

function toCredits({ credits, priority, expires_at: expiresAt, metadata }: GrantFields) {
  return {
    credits,
    priority: priority ?? 0,
    expiresAtMs: expiresAt === undefined ? null : (fromWireTime(expiresAt) ?? null),
    metadataJson: toMetadataJson(metadata),
  };
}
