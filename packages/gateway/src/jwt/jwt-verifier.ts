import { compactVerify, errors } from 'jose';
import type { CryptoKey } from 'jose';

import { checkClaims } from './check-claims.ts';
import type { JwtIdentity, TrustedClaims } from './check-claims.ts';
import { jwtFault } from './jwt-fault.ts';
import type { JwtFault } from './jwt-fault.ts';
import { KeySetCache } from './key-set-cache.ts';
import type { KeySetCacheOptions } from './key-set-cache.ts';
import { findKeys, isTooShort, parseKeySet } from './key-set.ts';
import type { KeySet } from './key-set.ts';
import { audiencesIn, jwtAlgorithms, readJwt } from './read-jwt.ts';
import type { ReadJwt } from './read-jwt.ts';

export interface JwtVerifierOptions extends KeySetCacheOptions {
  /** The time, in milliseconds since 1970. */
  now(): number;
}

/** An issuer whose JWTs are believed, and where its keys are: behind a URI, or here. */
export interface TrustedIssuer extends TrustedClaims {
  readonly jwksUri: string | null;
  readonly jwksJson: string | null;
}

/** Who a JWT says it is from, and whom for: what its issuer's entry is found by. */
export interface JwtOrigin {
  readonly issuer: string;
  readonly audiences: readonly string[];
}

export interface JwtVerifier {
  /** Reads a JWT without verifying it. */
  peek(jwt: string): JwtOrigin | JwtFault;
  /** Verifies a JWT: form, algorithm, key and signature, then its claims. The fault names the first that is wrong. */
  verify(jwt: string, issuer: TrustedIssuer): Promise<JwtIdentity | JwtFault>;
}

/**
 * Makes a verifier of JWTs that issuers have signed with a private key. It caches the keys behind URIs for 10 minutes,
 * and for an hour while they can't be fetched; a JWT with an unknown `kid` makes it ask again, once in 30 seconds.
 *
 * @example
 * ```ts
 * const verifier = createJwtVerifier({
 *   fetchJwks: async (uri) => (await fetch(uri)).text(),
 *   now: () => Date.now(),
 *   elapsedMs: () => performance.now(),
 * });
 * const identity = await verifier.verify(jwt, {
 *   issuer: 'https://login.example.com',
 *   audience: 'holdfast',
 *   jwksUri: 'https://login.example.com/jwks',
 *   jwksJson: null,
 * });
 * if ('check' in identity) console.log(identity.message);
 * else console.log(identity.subject);
 * ```
 */
export function createJwtVerifier(options: JwtVerifierOptions): JwtVerifier {
  const cache = new KeySetCache(options);
  return {
    peek: readOrigin,
    async verify(jwt, issuer) {
      const read = readJwt(jwt);
      if ('check' in read) return read;
      const fault = await checkSignature(jwt, read, issuer, cache);
      return fault ?? checkClaims(read.claims, issuer, options.now());
    },
  };
}

function readOrigin(jwt: string): JwtOrigin | JwtFault {
  const read = readJwt(jwt);
  if ('check' in read) return read;
  const { iss } = read.claims;
  if (typeof iss !== 'string') return jwtFault('issuer', 'The JWT must have an iss, which is text.');
  const audiences = audiencesIn(read.claims);
  if (audiences.length === 0) return jwtFault('audience', 'The JWT must have an aud: text, or a list of texts.');
  return { issuer: iss, audiences };
}

async function checkSignature(
  jwt: string,
  { header }: ReadJwt,
  issuer: TrustedIssuer,
  cache: KeySetCache,
): Promise<JwtFault | undefined> {
  const keySet = await keySetOf(issuer, cache);
  if (keySet === undefined) return jwtFault('keysUnavailable', 'The keys of the issuer cannot be had at present.');
  const found = await findKeys(keySet, header);
  const keys = found.length > 0 ? found : await findNewKeys(issuer, cache, header);
  if (keys.length === 0) {
    return jwtFault('key', 'The issuer has no public key of the kid and algorithm that the JWT names.');
  }
  const longKeys = keys.filter((key) => !isTooShort(key));
  if (longKeys.length === 0) return jwtFault('key', 'The RSA key of the issuer has fewer than 2048 bits.');
  for (const key of longKeys) if (await isSignedWith(jwt, key)) return undefined;
  return jwtFault('signature', 'The signature of the JWT is wrong.');
}

async function keySetOf({ jwksUri, jwksJson }: TrustedIssuer, cache: KeySetCache): Promise<KeySet | undefined> {
  if (jwksUri !== null) return cache.get(jwksUri);
  return jwksJson === null ? undefined : parseKeySet(jwksJson);
}

/** An issuer that has begun to use a new key has it behind its URI before it is in the cache. */
async function findNewKeys(
  { jwksUri }: TrustedIssuer,
  cache: KeySetCache,
  header: ReadJwt['header'],
): Promise<readonly CryptoKey[]> {
  const keySet = jwksUri === null ? undefined : await cache.getAgain(jwksUri);
  return keySet === undefined ? [] : findKeys(keySet, header);
}

async function isSignedWith(jwt: string, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(jwt, key, { algorithms: [...jwtAlgorithms] });
    return true;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return false;
    throw error;
  }
}
