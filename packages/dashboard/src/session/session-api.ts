/** A tenant's environment: what a page shows is all of one place. */
export interface Place {
  readonly tenantId: string;
  readonly environment: Environment;
}

export type Environment = 'live' | 'test';

export const environments: readonly Environment[] = ['live', 'test'];

type Role = 'owner' | 'member' | 'viewer';

interface Membership {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly role: Role;
}

export interface Session {
  /** The operator who signs in by a link has no address. */
  readonly person: { readonly id: string; readonly name: string; readonly email: string | null };
  readonly isOperator: boolean;
  readonly memberships: readonly Membership[];
}

/** Nobody is signed in. `signInUrl` is null where the server knows no provider. */
export interface SignedOut {
  readonly signInUrl: string | null;
}

export interface IssuedToken {
  readonly token: string;
  /** RFC 3339 in UTC. */
  readonly expiresAt: string;
  readonly scopes: readonly string[];
}

export interface FirstKeys {
  readonly live: string;
  readonly test: string;
}

/** The session has ended, or never began. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';
}

/** Who is signed in. The cookie, which no script can read, says so. */
export async function loadSession(): Promise<Session | SignedOut> {
  const response = await fetch('/dashboard/session');
  if (response.status === 401) return (await response.json()) as SignedOut;
  return (await jsonOf(response)) as Session;
}

/** Signs in by a link that works once. False: it was used before, or is too old. */
export async function signInByLink(token: string): Promise<boolean> {
  const response = await post('start', { token });
  if (response.status === 410) return false;
  assertOk(response);
  return true;
}

/** @throws {@link SignedOutError} when the session has ended. */
export async function issueToken(place: Place): Promise<IssuedToken> {
  return (await jsonOf(await post('token', place))) as IssuedToken;
}

/** A new tenant's first API keys, which can be had once; undefined if there were some before. */
export async function takeFirstKeys(tenantId: string): Promise<FirstKeys | undefined> {
  const response = await post('first-keys', { tenantId });
  return response.status === 200 ? ((await response.json()) as FirstKeys) : undefined;
}

/** @param everywhere - Whether the person's sessions in all browsers end. */
export async function signOut(everywhere: boolean): Promise<void> {
  assertOk(await post(everywhere ? 'sign-out-everywhere' : 'sign-out', {}));
}

function post(name: string, body: object): Promise<Response> {
  return fetch(`/dashboard/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function jsonOf(response: Response): Promise<unknown> {
  assertOk(response);
  return response.json();
}

function assertOk({ status, ok }: Response): void {
  if (status === 401) throw new SignedOutError('The session has ended.');
  if (!ok) throw new Error(`The server answered ${status}.`);
}
