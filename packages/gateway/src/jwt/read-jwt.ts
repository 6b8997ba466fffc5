import { decodeJwt, decodeProtectedHeader } from 'jose';

import { jwtFault } from './jwt-fault.ts';
import type { JwtFault } from './jwt-fault.ts';

/**
 * The algorithms whose signatures count: those with a public and a private key. With one secret for both, whoever can
 * check a JWT could make one, and an issuer's public key would do as the secret.
 */
export const jwtAlgorithms: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

/** The longest JWT that is read. */
const longestJwtBytes = 16_384;

/** What a JWT says, whoever made it. */
export interface ReadJwt {
  readonly header: { readonly alg: string; readonly kid?: unknown };
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Reads a JWT without trusting it. Of its header, only `alg` and `kid` are ever looked at: no key in it, no URL. */
export function readJwt(jwt: string): ReadJwt | JwtFault {
  if (jwt.length > longestJwtBytes) return jwtFault('form', `The JWT is longer than ${longestJwtBytes} bytes.`);
  const parts = jwt.split('.');
  if (parts.length === 5) return jwtFault('form', 'The JWT is encrypted; it must be signed, and readable.');
  if (parts.length !== 3 || !parts.every(isBase64url)) {
    return jwtFault('form', 'The JWT must be three parts in base64url, with a dot between them.');
  }
  const header = decode(() => decodeProtectedHeader(jwt));
  if (header === undefined) return jwtFault('form', 'The header of the JWT must be a JSON object.');
  const claims = decode(() => decodeJwt(jwt));
  if (claims === undefined) return jwtFault('form', 'The payload of the JWT must be a JSON object.');
  if ('crit' in header) return jwtFault('form', 'The JWT has a crit header, but extensions are not supported.');
  const { alg, kid } = header;
  if (alg === undefined || !jwtAlgorithms.includes(alg)) {
    return jwtFault('algorithm', `The algorithm of the JWT must be one of ${jwtAlgorithms.join(', ')}.`);
  }

  return { header: { alg, kid }, claims };
}

/** The text of an `aud` claim, or all texts in its list. */
export function audiencesIn({ aud }: ReadJwt['claims']): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return listed.filter((audience) => typeof audience === 'string');
}

function isBase64url(part: string): boolean {
  return /^[A-Za-z0-9_-]*$/u.test(part) && part.length % 4 !== 1;
}

/** jose throws for whatever is no base64url, UTF-8, JSON or object. */
function decode<Decoded>(read: () => Decoded): Decoded | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
