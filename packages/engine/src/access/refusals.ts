import { refused } from '../shared/outcomes.ts';
import type { Refused } from '../shared/outcomes.ts';
import type { Scope } from './scopes.ts';

export function missingScope(scope: Scope): Refused {
  return refused({ code: 'forbidden', message: `This needs an API key with the scope ${scope}.`, scope });
}

export const wrongAddress = refused({ code: 'forbidden', message: "This API key can't be used from this address." });

export const tenantSuspended = refused({
  code: 'tenant_suspended',
  message: 'The tenant is suspended. What it has stays; whoever runs this server can end the suspension.',
});

export const unknownTenant = refused({ code: 'not_found', message: 'There is no such tenant.' });

export const ownTenant = refused({
  code: 'conflict',
  message: 'This is your own tenant: with your key suspended along with it, you could not end that.',
});

export const unknownTier = refused({ code: 'not_found', message: 'There is no such tier.' });

export function tierInUse(name: string): Refused {
  return refused({ code: 'conflict', message: `A tenant has the tier ${name}: give it another one first.` });
}

export const unknownApiKey = refused({ code: 'not_found', message: 'There is no such API key.' });

export function apiKeyRevoked(id: string): Refused {
  return refused({ code: 'conflict', message: `The API key ${id} is revoked, for good: create another one.` });
}

/** It stands until a key is revoked or expires, so the time to wait is a guess. */
const retryApiKeysAfterSeconds = 60;

export function tooManyApiKeys(tier: string, limit: number): Refused {
  return refused({
    code: 'rate_limited',
    message: `There are ${limit} of the API keys that the tier ${tier} allows: revoke one, or let one expire.`,
    tier,
    limit,
    limitType: 'apiKeys',
    retryAfterSeconds: retryApiKeysAfterSeconds,
    upgradeRequired: true,
  });
}

export const unknownPerson = refused({ code: 'not_found', message: 'There is no such person or invitation.' });

export const otherEnvironment = refused({
  code: 'forbidden',
  message: 'People belong to both environments of a tenant: this needs an API key of the live one.',
});

export const lastOwner = refused({
  code: 'conflict',
  message: 'This is the last owner, and a tenant keeps one: make somebody else an owner first.',
});

export function alreadyMember(email: string): Refused {
  return refused({ code: 'conflict', message: `${email} belongs to the tenant already: change the role instead.` });
}

export function tooManyPeople(limit: number): Refused {
  const message = `There are ${limit} people and open invitations, as many as a tenant can have: remove some first.`;
  return refused({ code: 'conflict', message });
}

export const unknownJwtIssuer = refused({
  code: 'not_found',
  message: 'There is no such issuer: no JWTs are exchanged here.',
});

export function issuerTaken(issuer: string, audience: string): Refused {
  const message = `The issuer ${issuer} is trusted for ${audience} by another tenant or environment already.`;
  return refused({ code: 'conflict', message });
}

export const upgradeRequired = refused({
  code: 'upgrade_required',
  message: "The tenant's tier has no exchange of JWTs.",
});
