import { scopes, tenantScopes } from '../scopes.ts';
import type { Scope } from '../scopes.ts';

/** What a person is in a tenant. */
export type Role = 'owner' | 'member' | 'viewer';

const scopesByRole: Readonly<Record<Role, readonly Scope[]>> = {
  owner: tenantScopes,
  member: ['resources:write', 'credits:write', 'capacity:write', 'events:read'],
  viewer: ['resources:read', 'credits:read', 'capacity:read', 'events:read'],
};

/** What a role lets people do. Operators administer the platform besides. */
export function scopesOf(role: Role, isOperator: boolean): readonly Scope[] {
  return isOperator
    ? scopes.filter((scope) => scope === 'platform:admin' || scopesByRole[role].includes(scope))
    : scopesByRole[role];
}
