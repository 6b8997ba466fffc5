import { endSuspension, firstTenantId } from '../first-keys.ts';
import { createTenant } from '../tenants/rules.ts';
import { defaultTier } from '../tiers.ts';
import type { Invitation, Person, Session } from './records.ts';
import { mostMemberships, mostSessions } from './state.ts';
import type { PeopleState, PeopleView } from './state.ts';
import { findTenantId } from './tenant-names.ts';

/** How long a browser stays signed in, in milliseconds. */
const sessionMs = 7 * 24 * 60 * 60 * 1_000;

/** Somebody, as an issuer says. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** Verified, and in lower case; null for the operator who signs in by a link. */
  readonly email: string | null;
  readonly name: string;
}

export interface SignIn {
  readonly personId: string;
  /** Of the token of the session that begins. */
  readonly sessionHash: string;
  /** For the name of a tenant. */
  readonly uuid: string;
}

/** Whoever signs in by a link that the server printed. */
export const linkedOperator: Identity = { issuer: 'start-link', subject: 'operator', email: null, name: 'Operator' };

/**
 * Signs in whoever is known or invited; if he `mayJoin`, anybody else too, who gets a tenant of his own. Undefined if he
 * isn't allowed in.
 */
export function signIn(
  state: PeopleState,
  { personId, sessionHash, uuid }: SignIn,
  identity: Identity & { readonly email: string },
  mayJoin: boolean,
): Session | undefined {
  const before = state.person(personId);
  const invitations = state.invitationsTo(identity.email, state.nowMs);
  const isNew = before === undefined && invitations.length === 0;
  if (isNew && !(mayJoin && state.access.tier(defaultTier) !== undefined)) return undefined;

  const isOperator = before?.isOperator === true || invitations.some((invitation) => invitation.isOperator);
  putPerson(state, personId, identity, { ...before, isOperator });
  for (const invitation of invitations) takeUp(state, personId, invitation);
  if (isNew) foundTenant(state, personId, identity, uuid);
  return beginSession(state, personId, sessionHash);
}

/** Signs in the operator by a link, which ends with it. Undefined if it was used before or has expired. */
export function signInByLink(
  state: PeopleState,
  { personId, sessionHash }: Omit<SignIn, 'uuid'>,
  linkHash: string,
): Session | undefined {
  if (state.startLink(linkHash, state.nowMs) === undefined) return undefined;

  state.deleteStartLink(linkHash);
  putPerson(state, personId, linkedOperator, { ...state.person(personId), isOperator: true });
  putOwner(state, firstTenantId, personId);
  endSuspension(state.access);
  return beginSession(state, personId, sessionHash);
}

/** Ends a session, and with it the tokens that came of it. Undefined if there is none. */
export function signOut(state: PeopleState, sessionHash: string): true | undefined {
  if (state.session(sessionHash, state.nowMs) === undefined) return undefined;

  state.deleteSession(sessionHash);
  return true;
}

/** The same for all sessions of its person. */
export function signOutEverywhere(state: PeopleState, sessionHash: string): true | undefined {
  const session = state.session(sessionHash, state.nowMs);
  if (session === undefined) return undefined;

  endSessions(state, session.personId);
  return true;
}

/** What events call a person. */
export function labelOf({ email }: Pick<Person, 'email'>): string {
  return `person:${email ?? linkedOperator.subject}`;
}

export function endSessions(state: PeopleState, personId: string): void {
  for (const { id } of state.sessionsOf(personId)) state.deleteSession(id);
}

/** Who has this session; undefined once it is over. */
export function findSignedIn(
  view: PeopleView,
  sessionHash: string,
  nowMs: number,
): { readonly session: Session; readonly person: Person } | undefined {
  const session = view.session(sessionHash, nowMs);
  const person = session && view.person(session.personId);
  return person && { session, person };
}

/** Of as many sessions as a person can have, the oldest goes. */
function beginSession(state: PeopleState, personId: string, hash: string): Session {
  const sessions = state.sessionsOf(personId);
  const excess = sessions.slice(0, Math.max(0, sessions.length + 1 - mostSessions));
  for (const { id } of excess) state.deleteSession(id);
  const session = { personId, expiresAtMs: state.nowMs + sessionMs };
  state.putSession(hash, session);
  announce(state, personId);
  return session;
}

function putPerson(
  state: PeopleState,
  id: string,
  { issuer, subject, email, name }: Identity,
  { isOperator, createdAtMs = state.nowMs }: Pick<Person, 'isOperator'> & Partial<Person>,
): void {
  state.putPerson(id, { issuer, subject, email, name, isOperator, createdAtMs, signedInAtMs: state.nowMs });
}

/** Where he belongs already, his role stays. What would be too much stays open. */
function takeUp(state: PeopleState, personId: string, invitation: Invitation): void {
  const { tenantId, role, invitedBy } = invitation;
  const isMember = state.membership(tenantId, personId) !== undefined;
  if (!isMember && state.membershipsOf(personId).length >= mostMemberships) return;

  state.deleteMember(invitation);
  if (isMember) return;
  state.putMember({ tenantId, personId, role, invitedBy, createdAtMs: state.nowMs, updatedAtMs: state.nowMs });
}

/** A person whom nobody invited gets a tenant of his own, named after his address. */
function foundTenant(
  state: PeopleState,
  personId: string,
  { email, name }: Identity & { readonly email: string },
  uuid: string,
): void {
  const id = findTenantId(email, uuid, (taken) => state.access.tenant(taken) !== undefined);
  const settings = { name, tier: defaultTier, suspended: false, requireRegistration: null, metadataJson: null };
  createTenant(state.access, id, settings);
  putOwner(state, id, personId);
}

function putOwner(state: PeopleState, tenantId: string, personId: string): void {
  const { createdAtMs = state.nowMs, invitedBy = null } = state.membership(tenantId, personId) ?? {};
  state.putMember({ tenantId, personId, role: 'owner', invitedBy, createdAtMs, updatedAtMs: state.nowMs });
}

/** Whoever signs in does so to each of his tenants. */
function announce(state: PeopleState, personId: string): void {
  for (const membership of state.membershipsOf(personId)) {
    state.record('person.signed_in', state.known(membership), [{ tenantId: membership.tenantId, environment: 'live' }]);
  }
}
