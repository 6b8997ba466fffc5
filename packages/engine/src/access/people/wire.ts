import type { Person as WirePerson } from '@holdfast/contract';

import { toWireTime, toWireTimeOrNull } from '../../shared/times.ts';
import type { KnownMember } from './state.ts';

export function toPerson(member: KnownMember): WirePerson {
  return {
    id: member.id,
    tenant_id: member.tenantId,
    state: member.expiresAtMs === null ? 'member' : 'invited',
    email: member.email,
    name: member.name,
    role: member.role,
    is_operator: member.isOperator,
    invited_by: member.invitedBy,
    created_at: toWireTime(member.createdAtMs),
    updated_at: toWireTime(member.updatedAtMs),
    signed_in_at: toWireTimeOrNull(member.signedInAtMs),
    expires_at: toWireTimeOrNull(member.expiresAtMs),
  };
}
