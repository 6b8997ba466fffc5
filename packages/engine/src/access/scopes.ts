/** What an API key may be allowed to do. */
export const scopes = [
  'resources:read',
  'resources:write',
  'resources:admin',
  'credits:read',
  'credits:write',
  'credits:admin',
  'capacity:read',
  'capacity:write',
  'events:read',
  'webhooks:admin',
  'keys:admin',
  'platform:admin',
] as const;

export type Scope = (typeof scopes)[number];

/** What a key without scopes of its own may do: everything in its tenant's environment. */
export const tenantScopes: readonly Scope[] = scopes.filter((scope) => scope !== 'platform:admin');

/** What a scope includes besides itself. Whoever administers the platform administers its keys. */
const included: Readonly<Partial<Record<Scope, readonly Scope[]>>> = {
  'resources:write': ['resources:read'],
  'resources:admin': ['resources:read', 'resources:write'],
  'credits:write': ['credits:read'],
  'credits:admin': ['credits:read', 'credits:write'],
  'capacity:write': ['capacity:read'],
  'platform:admin': ['keys:admin'],
};

/** All that these scopes allow; null: those of a key without scopes of its own. */
export function expandScopes(given: readonly Scope[] | null): ReadonlySet<Scope> {
  return new Set((given ?? tenantScopes).flatMap((scope) => [scope, ...(included[scope] ?? [])]));
}

/** The first of the scopes to be given that the giver lacks: nobody gives what he doesn't have. */
export function findLackingScope(giver: ReadonlySet<Scope>, given: readonly Scope[] | null): Scope | undefined {
  return (given ?? tenantScopes).find((scope) => !giver.has(scope));
}
