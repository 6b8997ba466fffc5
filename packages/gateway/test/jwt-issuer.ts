import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTHeaderParameters, JWTPayload } from 'jose';
import { onTestFinished } from 'vitest';

import { createJwtVerifier } from '../src/jwt/jwt-verifier.ts';
import type { TrustedIssuer } from '../src/jwt/jwt-verifier.ts';

/** The verifier's time, in seconds since 1970, as in claims. */
export const now = 1_767_225_600;

/** A key pair of an issuer, and how its public half is in the JWKS. */
export interface IssuerKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function createKey(alg: string, kid: string | undefined = `${alg}-1`): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), ...(kid === undefined ? {} : { kid }) } };
}

/** Claims or headers, good or bad. */
export type Changes = Readonly<Record<string, unknown>>;

/** What its server does with a request for the JWKS. */
type Answer = { readonly status: number; readonly body: string } | 'hang up';

/** An issuer on loopback with its JWKS, and a verifier that trusts it. */
export class JwtIssuer {
  /** How often the JWKS was asked for. */
  asked = 0;
  answer: Answer | Promise<Answer> = 'hang up';
  /** How long the verifier has existed. */
  elapsedMs = 0;
  readonly failures: string[] = [];
  readonly trusted: TrustedIssuer;
  readonly #verifier = createJwtVerifier({
    fetchJwks: fetchText,
    now: () => now * 1_000,
    elapsedMs: () => this.elapsedMs,
    onFetchFailure: (uri) => this.failures.push(uri),
  });

  private constructor(url: string) {
    this.trusted = { issuer: url, audience: 'holdfast', jwksUri: `${url}/jwks`, jwksJson: null };
  }

  static async start(...keys: readonly IssuerKey[]): Promise<JwtIssuer> {
    const server = createServer(async (_request, response) => {
      issuer.asked += 1;
      const answer = await issuer.answer;
      if (answer === 'hang up') response.destroy();
      else response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const issuer = new JwtIssuer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    issuer.publish(...keys);
    return issuer;
  }

  /** Serves a JWKS with the keys from now on. */
  publish(...keys: readonly Pick<IssuerKey, 'jwk'>[]): void {
    this.serve(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  }

  serve(body: string, status = 200): void {
    this.answer = { status, body };
  }

  /** Signs claims, which are good ones but for the changes; undefined leaves one out. */
  sign(key: IssuerKey, changes: Changes = {}, header: Changes = {}): Promise<string> {
    const claims = { iss: this.trusted.issuer, aud: 'holdfast', sub: 'alice', exp: now + 300, ...changes };
    const { kid } = key.jwk;
    return new SignJWT(claims as JWTPayload)
      .setProtectedHeader({ alg: key.alg, ...(kid === undefined ? {} : { kid }), ...header } as JWTHeaderParameters)
      .sign(key.privateKey, { crit: { b64: true, holdfast: true } });
  }

  peek(jwt: string) {
    return this.#verifier.peek(jwt);
  }

  verify(jwt: string, changes: Partial<TrustedIssuer> = {}) {
    return this.#verifier.verify(jwt, { ...this.trusted, ...changes });
  }

  /** Which check a JWT fails, or whose it is. */
  async outcomeOf(jwt: string, changes: Partial<TrustedIssuer> = {}): Promise<string> {
    const identity = await this.verify(jwt, changes);
    return 'check' in identity ? identity.check : identity.subject;
  }
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The issuer answered with ${response.status}.`);
  return response.text();
}
