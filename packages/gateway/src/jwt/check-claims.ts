import { jwtFault } from './jwt-fault.ts';
import type { JwtFault } from './jwt-fault.ts';
import { audiencesIn } from './read-jwt.ts';
import type { ReadJwt } from './read-jwt.ts';

/** Whom a verified JWT is about, and until when. */
export interface JwtIdentity {
  /** The `sub`: 1 to 256 Unicode code points, well-formed, without control characters. */
  readonly subject: string;
  /** The `exp`, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** The trust that the claims must match, exactly: issuers with and without a slash at the end are two. */
export interface TrustedClaims {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * How far ahead of this clock an issuer's may be, in milliseconds. A client exchanges a JWT as soon as it has one, so
 * its `nbf` is often the issuer's very now. `exp` has no such leeway.
 */
const notBeforeLeewayMs = 5_000;

/** Well-formed text without control characters, since the subject becomes part of a label. */
const subjectPattern = /^[^\p{Cc}\p{Cs}]{1,256}$/u;

/** Checks the claims of a JWT whose signature has been checked. */
export function checkClaims(claims: ReadJwt['claims'], trusted: TrustedClaims, nowMs: number): JwtIdentity | JwtFault {
  const { iss, exp, nbf, sub } = claims;
  if (iss !== trusted.issuer) return jwtFault('issuer', 'The iss of the JWT is not the trusted issuer.');
  if (!audiencesIn(claims).includes(trusted.audience)) {
    return jwtFault('audience', 'The aud of the JWT does not name the trusted audience.');
  }
  if (typeof exp !== 'number') return jwtFault('expiry', 'The JWT must have an exp, in seconds since 1970.');
  if (exp * 1_000 <= nowMs) return jwtFault('expiry', 'The JWT has expired.');
  if (nbf !== undefined && typeof nbf !== 'number') {
    return jwtFault('notBefore', 'The nbf of the JWT must be a number, in seconds since 1970.');
  }
  if (nbf !== undefined && nbf * 1_000 > nowMs + notBeforeLeewayMs) {
    return jwtFault('notBefore', 'The JWT is not valid yet.');
  }
  if (typeof sub !== 'string' || !subjectPattern.test(sub)) {
    return jwtFault('subject', 'The sub of the JWT must be 1 to 256 characters, without control characters.');
  }

  return { subject: sub, expiresAtMs: Math.min(Math.floor(exp * 1_000), Number.MAX_SAFE_INTEGER) };
}
