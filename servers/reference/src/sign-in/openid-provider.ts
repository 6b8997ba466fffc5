import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
} from 'openid-client';
import type { Configuration, IDToken, UserInfoResponse } from 'openid-client';

import type { ProviderConfig } from '../config/sign-in-variables.ts';
import { isLoopback } from '../http/loopback.ts';
import type { SignInFlow } from './flow-seal.ts';
import { google } from './google.ts';
import { fetchFromProvider, isAway } from './provider-fetch.ts';

/** How long each request to the provider may take, in seconds. */
const timeoutSeconds = 5;

/** After this time, in milliseconds, the provider is asked anew where its endpoints are. */
const discoveryLastsMs = 3_600_000;

/** Whom the provider has recognized. */
export interface ProvenIdentity {
  readonly issuer: string;
  /** Who it is for this issuer, for ever: addresses change hands. */
  readonly subject: string;
  readonly email: string;
  readonly name: string;
  /** The organization that the account belongs to, where a provider says so. */
  readonly hostedDomain: string | undefined;
}

/** Why nobody was recognized, and what the log may say about it. */
export interface IdentityFault {
  readonly fault: 'declined' | 'unverified' | 'providerAway' | 'unproven';
  readonly reason: string;
}

export interface AuthorizationRequest {
  readonly flow: SignInFlow;
  readonly redirectUri: string;
  /** Whether the provider shall ask which account, even if somebody is signed in there. */
  readonly asksWho: boolean;
}

/** The operator's OpenID provider. It isn't asked for anything before the first person wants to sign in. */
export class OpenidProvider {
  readonly #config: ProviderConfig;
  readonly #elapsedMs: () => number;
  #discovered: { readonly atMs: number; readonly configuration: Configuration } | undefined;

  constructor(config: ProviderConfig, elapsedMs: () => number) {
    this.#config = config;
    this.#elapsedMs = elapsedMs;
  }

  /** Where to send a person's browser. */
  async authorizationUrl({ flow, redirectUri, asksWho }: AuthorizationRequest): Promise<string | IdentityFault> {
    return this.#attempt(async () => {
      const configuration = await this.#discover();
      const { state, nonce, verifier } = flow;
      return buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(asksWho && { prompt: promptFor(configuration) }),
      }).href;
    });
  }

  /** Exchanges the code with which a browser came back, and checks everything that could be forged. */
  async identify(callback: URL, { state, nonce, verifier }: SignInFlow): Promise<ProvenIdentity | IdentityFault> {
    return this.#attempt(async () => {
      const configuration = await this.#discover();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      const tokens = await authorizationCodeGrant(configuration, callback, checks);
      const claims = tokens.claims();
      if (claims === undefined) return { fault: 'unproven', reason: 'The provider gave no ID token.' };
      const { email } = claims;
      // Many providers keep the person's particulars out of the ID token.
      const particulars =
        email === undefined ? await fetchUserInfo(configuration, tokens.access_token, claims.sub) : claims;
      return toIdentity(claims, particulars);
    });
  }

  async #discover(): Promise<Configuration> {
    const known = this.#discovered;
    if (known !== undefined && this.#elapsedMs() - known.atMs < discoveryLastsMs) return known.configuration;
    const { issuer, clientId, clientSecret } = this.#config;
    const url = new URL(issuer);
    const configuration = await discovery(url, clientId, clientSecret, undefined, {
      [customFetch]: fetchFromProvider,
      timeout: timeoutSeconds,
      // Signatures are checked, although the tokens come from the provider itself.
      execute: [enableNonRepudiationChecks, ...(isLoopback(url) ? [allowInsecureRequests] : [])],
    });
    this.#discovered = { atMs: this.#elapsedMs(), configuration };
    return configuration;
  }

  async #attempt<Result>(work: () => Promise<Result | IdentityFault>): Promise<Result | IdentityFault> {
    try {
      return await work();
    } catch (error) {
      return faultOf(error);
    }
  }
}

/** All providers but Google know `login`, and Google offers a choice of accounts instead. */
function promptFor(configuration: Configuration): string {
  return configuration.serverMetadata().issuer === google ? 'select_account' : 'login';
}

function toIdentity({ iss, sub, hd }: IDToken, { email, email_verified, name }: IDToken | UserInfoResponse) {
  if (typeof email !== 'string' || email_verified !== true) {
    return { fault: 'unverified', reason: 'The provider has verified no email address.' } as const;
  }
  return {
    issuer: iss,
    subject: sub,
    email,
    name: typeof name === 'string' && name.trim() !== '' ? name.trim() : email,
    hostedDomain: typeof hd === 'string' ? hd : undefined,
  };
}

/** Without codes and tokens, which the errors themselves carry along. */
function faultOf(error: unknown): IdentityFault {
  if (isAway(error)) return { fault: 'providerAway', reason: error.message };
  if (error instanceof AuthorizationResponseError) {
    return { fault: error.error === 'access_denied' ? 'declined' : 'unproven', reason: `It said ${error.error}.` };
  }
  if (error instanceof ResponseBodyError) return { fault: 'unproven', reason: `It said ${error.error}.` };
  if (error instanceof ClientError)
    return { fault: 'unproven', reason: `${error.message} (${error.code ?? 'no code'})` };
  throw error;
}
