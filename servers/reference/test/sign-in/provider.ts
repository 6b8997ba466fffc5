import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { Provider } from 'oidc-provider';
import type { AccountClaims } from 'oidc-provider';
import { onTestFinished, vi } from 'vitest';

import type { ProviderConfig } from '../../src/config/sign-in-variables.ts';

/** Somebody who has an account at the provider. */
export type Account = Omit<AccountClaims, 'sub'> & { readonly sub: string };

export const ada: Account = { sub: 'ada-1', email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace' };

/** A real OpenID provider on loopback. Whoever comes there is signed in as one account, and agrees to everything. */
export interface TestProvider {
  readonly config: ProviderConfig;
  account: Account;
  /** Whether whoever comes there declines. */
  declines: boolean;
  /** The claims that an ID token has in place of its own, and whose key signs it. */
  forged: { readonly claims?: JWTPayload; readonly isOwnKey?: boolean } | undefined;
  /** The paths that were asked for. */
  readonly asked: readonly string[];
  /** Lets a server take part: nobody knew its address before. */
  register(serverUrl: string): void;
  stop(): Promise<void>;
}

const client = { client_id: 'holdfast', client_secret: 'a-secret-of-the-client' };

/** @param hasParticularsInToken - Whether an ID token has the email address, too; it is at the userinfo endpoint anyway. */
export async function startProvider(hasParticularsInToken = false): Promise<TestProvider> {
  const keys = await createKeys();
  let handle: RequestListener = (_request, response) => response.writeHead(503).end();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push((request.url ?? '').split('?')[0] ?? '');
    handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  const tested: TestProvider = {
    config: { issuer, clientId: client.client_id, clientSecret: client.client_secret },
    account: ada,
    declines: false,
    forged: undefined,
    asked,
    register(serverUrl) {
      const provider = createProvider({ issuer, serverUrl, keys, hasParticularsInToken, tested });
      handle = (request, response) => {
        if (request.url?.startsWith('/interaction/') === true) void interact(provider, tested, request, response);
        else void provider.callback()(request, response);
      };
    },
    stop,
  };
  return tested;
}

async function createKeys() {
  const [own, other] = await Promise.all([
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('RS256', { extractable: true }),
  ]);
  return { own: own.privateKey, other: other.privateKey, jwk: { ...(await exportJWK(own.privateKey)), kid: 'one' } };
}

interface ProviderParts {
  readonly issuer: string;
  readonly serverUrl: string;
  readonly keys: Awaited<ReturnType<typeof createKeys>>;
  readonly hasParticularsInToken: boolean;
  readonly tested: TestProvider;
}

function createProvider({ issuer, serverUrl, keys, hasParticularsInToken, tested }: ProviderParts): Provider {
  // It warns that it keeps everything in memory.
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const provider = new Provider(issuer, {
    clients: [
      {
        ...client,
        redirect_uris: [`${serverUrl}/sign-in/callback`],
        token_endpoint_auth_method: 'client_secret_post',
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [keys.jwk] },
    cookies: { keys: ['a-key-of-the-provider'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: !hasParticularsInToken,
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context, accountId) => ({ accountId, claims: () => tested.account }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: client.client_id, accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  warnings.mockRestore();
  provider.use(async (context, next) => {
    await next();
    if (context.path !== '/token' || tested.forged === undefined || context.status !== 200) return;
    const answer = context.body as { id_token: string };
    const { claims = {}, isOwnKey = true } = tested.forged;
    const [, payload = ''] = answer.id_token.split('.');
    const real = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
    const key = isOwnKey ? keys.own : keys.other;
    const forged = new SignJWT({ ...real, ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'one' });
    context.body = { ...answer, id_token: await forged.sign(key) };
  });
  return provider;
}

/** What a person would do at the provider. */
async function interact(
  provider: Provider,
  { account, declines }: TestProvider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const result = declines ? { error: 'access_denied' } : { login: { accountId: account.sub } };
  await provider.interactionFinished(request, response, result);
}
