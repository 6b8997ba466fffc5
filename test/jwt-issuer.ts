import { generateKeyPairSync, sign } from 'node:crypto';

/** Somebody whose JWTs can be trusted, with a key of his own. */
export interface JwtIssuer {
  /** As `PUT /v1/admin/jwt-issuer` takes it. */
  readonly entry: {
    readonly issuer: string;
    readonly audience: string;
    readonly jwks: { readonly keys: readonly object[] };
    readonly scopes: readonly string[];
  };
  /** Its public key, as text that anybody can have. */
  readonly publicKeyPem: string;
  /** A JWT that is valid from now on, and for an hour, unless its claims are changed: undefined takes one away. */
  issue(nowMs: number, claims?: Readonly<Record<string, unknown>>): string;
}

const kid = 'first';

/** @param name - Part of a host name. */
export function createJwtIssuer(name: string, scopes: readonly string[] = ['resources:read']): JwtIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const [issuer, audience] = [`https://${name}.example`, 'holdfast'];
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' }];
  return {
    entry: { issuer, audience, jwks: { keys }, scopes },
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    issue(nowMs, changed = {}) {
      const iat = Math.floor(nowMs / 1_000);
      const claims = { iss: issuer, aud: audience, sub: 'user-1', iat, exp: iat + 3_600, ...changed };
      const signed = [{ alg: 'EdDSA', kid }, claims].map(toBase64Url).join('.');
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
}

function toBase64Url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
