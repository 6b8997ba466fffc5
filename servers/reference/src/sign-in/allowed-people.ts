import { google } from './google.ts';
import type { ProvenIdentity } from './openid-provider.ts';

/**
 * Whether somebody may sign in whom nobody invited, by the operator's list of domains and addresses.
 *
 * At Google an account with an address of a domain need not be the domain's: only `hd` says so.
 */
export function isAllowed(
  allowed: readonly string[],
  { issuer, email, hostedDomain }: Pick<ProvenIdentity, 'issuer' | 'email' | 'hostedDomain'>,
): boolean {
  const address = email.toLowerCase();
  const domain = issuer === google ? hostedDomain?.toLowerCase() : address.slice(address.lastIndexOf('@') + 1);
  return allowed.includes(address) || (domain !== undefined && allowed.includes(domain));
}
