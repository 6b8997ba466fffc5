import type { Body } from '../../operation.ts';
import { invalidRequest } from '../../shared/outcomes.ts';
import type { Refused } from '../../shared/outcomes.ts';

type IssuerBody = Pick<Body<'putJwtIssuer'>, 'issuer' | 'jwks_uri' | 'jwks'>;

/** The largest set of public keys, as JSON text. */
const largestJwksBytes = 65_536;

/** Faults of an issuer's entry that the schema can't express. */
export function findIssuerFaults({ issuer, jwks_uri: jwksUri, jwks }: IssuerBody): Refused | undefined {
  if (!isSecureUrl(issuer)) return invalidRequest(notSecure('/issuer', issuer));
  if ((jwksUri === undefined) === (jwks === undefined)) {
    const message = 'must be given, or jwks, and not both';
    return invalidRequest({ field: '/jwks_uri', rule: 'oneOf', message, value: jwksUri });
  }
  if (jwksUri !== undefined && !isSecureUrl(jwksUri)) return invalidRequest(notSecure('/jwks_uri', jwksUri));
  if (jwks !== undefined && new TextEncoder().encode(JSON.stringify(jwks)).length > largestJwksBytes) {
    const message = `must be at most ${largestJwksBytes} bytes as JSON`;
    return invalidRequest({ field: '/jwks', rule: 'maxBytes', message });
  }
  return undefined;
}

function notSecure(field: string, value: string) {
  const message = 'must be an https URL without a fragment, or an http one on this machine';
  return { field, rule: 'format', message, value };
}

function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, hash, username } = new URL(text);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return hash === '' && username === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback));
}
