import type { Command } from '../../kernel/command.ts';
import { recordKey } from '../../kernel/record-access.ts';
import { accessPartition } from '../../partitions.ts';
import type { Place } from '../../place.ts';
import type { Service } from '../../service.ts';
import { newId } from '../../shared/timed-ids.ts';
import { firstTenantId } from '../first-keys.ts';
import { checkKeyForm, displayOf, toKeyText } from '../key-form.ts';
import type { Scope } from '../scopes.ts';
import { newApiKey } from '../server-operations.ts';
import { AccessView } from '../state.ts';
import { peopleCommand } from './commands.ts';
import * as rules from './first-keys.ts';
import { personKind, sessionKind } from './records.ts';
import type { Session } from './records.ts';
import type { Role } from './roles.ts';
import * as signing from './sign-in.ts';
import { PeopleView } from './state.ts';
import type { PeopleState } from './state.ts';
import { issueToken } from './tokens.ts';

/** How long a start link can be used, in milliseconds. */
const startLinkMs = 15 * 60 * 1_000;

/** The longest address that mail can be sent to (RFC 5321). */
const longestEmail = 254;

const longestName = 128;

/** Somebody whom an OpenID provider vouches for. */
export interface VerifiedIdentity {
  readonly issuer: string;
  readonly subject: string;
  /** The provider has verified that it is his. */
  readonly email: string;
  readonly name: string;
}

export interface SignedIn {
  /** For the browser alone: its hash is kept. */
  readonly sessionToken: string;
  readonly expiresAtMs: number;
}

/** Who has a session, and where he belongs. */
export interface SessionView {
  readonly personId: string;
  readonly name: string;
  /** Null for the operator who signs in by a link. */
  readonly email: string | null;
  readonly isOperator: boolean;
  readonly memberships: readonly { readonly tenantId: string; readonly tenantName: string; readonly role: Role }[];
}

/** An access token of a session. */
export interface IssuedSessionToken {
  readonly token: string;
  readonly expiresAtMs: number;
  readonly scopes: readonly Scope[];
}

/** Makes a link by which the operator can sign in once, within 15 minutes. Returns its token. */
export async function createStartLink(service: Service): Promise<string> {
  const token = newSecret(service, 'hf_start_');
  const hash = service.environment.sha256(token);
  await service.execute(
    command(service, (state) => state.putStartLink(hash, { expiresAtMs: state.nowMs + startLinkMs })),
  );
  return token;
}

/**
 * Whether the operator has ever signed in by a link. Undefined if nothing is in the store yet, which may be another one
 * than was meant.
 */
export async function hasOperatorSignedIn(service: Service): Promise<boolean | undefined> {
  const { issuer, subject } = signing.linkedOperator;
  const personId = personIdOf(service, issuer, subject);
  return service.query({
    partitions: [],
    reads: [recordKey(personKind, accessPartition, personId)],
    run(records) {
      if (new AccessView(records).tenant(firstTenantId) === undefined) return undefined;
      return new PeopleView(records).person(personId) !== undefined;
    },
  });
}

/** Signs in the operator, who owns the first tenant. Undefined if the link was used before, or is over. */
export async function signInByLink(service: Service, token: string): Promise<SignedIn | undefined> {
  const linkHash = hashOf(service, 'hf_start_', token);
  if (linkHash === undefined) return undefined;
  const { issuer, subject } = signing.linkedOperator;
  const personId = personIdOf(service, issuer, subject);
  return begin(service, signing.labelOf({ email: null }), (state, sessionHash) =>
    signing.signInByLink(state, { personId, sessionHash }, linkHash),
  );
}

/**
 * Signs in whoever is known or invited; if he `mayJoin`, anybody else too, who gets a tenant of his own on the default
 * tier.
 */
export async function signIn(
  service: Service,
  identity: VerifiedIdentity,
  mayJoin: boolean,
): Promise<SignedIn | 'notAllowed'> {
  const { issuer, subject } = identity;
  const email = identity.email.toLowerCase();
  if (email.length > longestEmail) return 'notAllowed';
  const known = { issuer, subject, email, name: nameOf(identity) };
  const personId = personIdOf(service, issuer, subject);
  const uuid = service.environment.newUuid();
  const signedIn = await begin(service, signing.labelOf(known), (state, sessionHash) =>
    signing.signIn(state, { personId, sessionHash, uuid }, known, mayJoin),
  );
  return signedIn ?? 'notAllowed';
}

/** Who has this session; undefined once it is over. */
export async function findSession(service: Service, sessionToken: string): Promise<SessionView | undefined> {
  const hash = hashOf(service, 'hf_session_', sessionToken);
  if (hash === undefined) return undefined;
  return service.query({
    partitions: [],
    reads: [recordKey(sessionKind, accessPartition, hash)],
    run(records, nowMs) {
      const view = new PeopleView(records);
      const found = signing.findSignedIn(view, hash, nowMs);
      if (found === undefined) return undefined;
      const { personId } = found.session;
      const { name, email, isOperator } = found.person;
      return { personId, name, email, isOperator, memberships: membershipsOf(view, personId) };
    },
  });
}

/**
 * An access token for a tenant's environment, for 15 minutes at most. It ends with the session and with the membership.
 * Undefined if there is no session, or its person isn't in this tenant.
 */
export async function issueSessionToken(
  service: Service,
  sessionToken: string,
  place: Place,
): Promise<IssuedSessionToken | undefined> {
  const sessionHash = hashOf(service, 'hf_session_', sessionToken);
  return sessionHash === undefined
    ? undefined
    : service.execute(issueToken({ sessionToken, sessionHash, place, sha256: service.environment.sha256 }));
}

/**
 * A tenant's first API keys, one for each environment, once. Undefined if it has had some, or if this isn't the session
 * of an owner.
 */
export async function takeFirstKeys(
  service: Service,
  sessionToken: string,
  tenantId: string,
): Promise<{ readonly live: string; readonly test: string } | undefined> {
  const { environment } = service;
  const sessionHash = hashOf(service, 'hf_session_', sessionToken);
  if (sessionHash === undefined) return undefined;
  const texts = { live: newApiKey(service, 'live'), test: newApiKey(service, 'test') };
  const nowMs = environment.now();
  const newKey = (text: string) => ({
    id: newId('key', nowMs, environment.newUuid()),
    keyHash: environment.sha256(text),
    display: displayOf(text),
  });
  const keys = { live: newKey(texts.live), test: newKey(texts.test) };
  const taken = await executeIfAny(
    service,
    command(service, (state) => rules.takeFirstKeys(state, sessionHash, tenantId, keys), {
      apiKeyLabel: 'first sign-in',
    }),
  );
  return taken && texts;
}

/** Ends a session in every process within 5 seconds, with the tokens that came of it. */
export function signOut(service: Service, sessionToken: string): Promise<void> {
  return end(service, sessionToken, signing.signOut);
}

/** The same for all sessions of its person. */
export function signOutEverywhere(service: Service, sessionToken: string): Promise<void> {
  return end(service, sessionToken, signing.signOutEverywhere);
}

/** 32 bytes for sealing what a browser keeps during a sign-in. All processes of a store have the same. */
export async function sealingKey(service: Service): Promise<Uint8Array> {
  const { newToken, sha256 } = service.environment;
  const fresh = sha256(newToken() + newToken());
  const known = await service.query({
    partitions: [],
    reads: [],
    run: (records) => new PeopleView(records).sealingKeyHex,
  });
  const hex = known ?? (await service.execute(command(service, (state) => state.sealingKeyOr(fresh))));
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
}

/** The id of whoever this issuer calls by this name. */
function personIdOf({ environment }: Pick<Service, 'environment'>, issuer: string, subject: string): string {
  return `person_${environment.sha256(`${issuer}\u001f${subject}`).slice(0, 20)}`;
}

async function begin(
  service: Service,
  apiKeyLabel: string,
  decide: (state: PeopleState, sessionHash: string) => Session | undefined,
): Promise<SignedIn | undefined> {
  const sessionToken = newSecret(service, 'hf_session_');
  const sessionHash = service.environment.sha256(sessionToken);
  const session = await executeIfAny(
    service,
    command(service, (state) => decide(state, sessionHash), { apiKeyLabel }),
  );
  return session && { sessionToken, expiresAtMs: session.expiresAtMs };
}

async function end(
  service: Service,
  sessionToken: string,
  decide: (state: PeopleState, sessionHash: string) => true | undefined,
): Promise<void> {
  const hash = hashOf(service, 'hf_session_', sessionToken);
  if (hash === undefined) return;
  await executeIfAny(
    service,
    command(service, (state) => decide(state, hash)),
  );
}

function command<Result>(
  { options }: Service,
  decide: (state: PeopleState) => Result,
  actor = { apiKeyLabel: 'server' },
): Command<Result> {
  return peopleCommand(actor, options, decide);
}

/**
 * Finds out first whether there is anything to do: a command has this process read anew what keys may do, and its commit
 * all others, which is not for strangers to bring about.
 */
async function executeIfAny<Result>(
  service: Service,
  decision: Command<Result | undefined>,
): Promise<Result | undefined> {
  const foreseen = await service.query(decision);
  return foreseen === undefined ? undefined : service.execute(decision);
}

function membershipsOf(view: PeopleView, personId: string): SessionView['memberships'] {
  const tenants = new AccessView(view.records);
  const found: SessionView['memberships'][number][] = [];
  view.records.forEach(view.membershipsOf(personId), ({ tenantId, role }) => {
    const tenant = tenants.tenant(tenantId);
    if (tenant !== undefined) found.push({ tenantId, tenantName: tenant.name, role });
  });
  return found;
}

function newSecret({ environment }: Service, prefix: 'hf_session_' | 'hf_start_'): string {
  return toKeyText(prefix, environment.sha256(environment.newToken() + environment.newToken()));
}

/** Undefined for what can't be such a token, which its form alone shows. */
function hashOf({ environment }: Service, prefix: 'hf_session_' | 'hf_start_', token: string): string | undefined {
  return token.startsWith(prefix) && checkKeyForm(token) === 'right' ? environment.sha256(token) : undefined;
}

/** What people and tenants can be called: his address if he says nothing that can be. */
function nameOf({ name, email }: VerifiedIdentity): string {
  const printable = name
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
  const characters = Array.from(printable === '' ? email : printable);
  return characters.slice(0, longestName).join('');
}
