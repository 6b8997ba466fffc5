import type { Access, Caller } from '@holdfast/engine';

import type { Problem } from '../problems/problems.ts';
import type { JwtVerifier } from './jwt-verifier.ts';

export interface JwtAuthenticationParts {
  readonly verifier: JwtVerifier;
  readonly access: Pick<Access, 'findTrust' | 'authenticateSubject'>;
}

/** More audiences than anybody's JWT has; each is looked up. */
const mostAudiences = 10;

/** Finds out whom a JWT speaks for: the subject, in the environment of the tenant that trusts its issuer. */
export async function authenticateJwt(
  jwt: string,
  { verifier, access }: JwtAuthenticationParts,
): Promise<Caller | Problem> {
  const origin = verifier.peek(jwt);
  if ('check' in origin) return refused(origin.message);
  const audiences = origin.audiences.slice(0, mostAudiences);
  const trusts = await Promise.all(audiences.map((audience) => access.findTrust(origin.issuer, audience)));
  const trust = trusts.find((found) => found !== undefined);
  if (trust === undefined) return refused('Nobody here trusts the issuer (iss) of the JWT for its audience (aud).');
  const identity = await verifier.verify(jwt, trust);
  if ('check' in identity) return refused(identity.message);
  const caller = await access.authenticateSubject(trust, identity.subject, identity.expiresAtMs);
  return caller ?? refused('Nobody here trusts the issuer (iss) of the JWT any more.');
}

function refused(message: string): Problem {
  return { code: 'unauthorized', message };
}
