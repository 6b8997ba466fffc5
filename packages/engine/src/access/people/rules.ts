import type { Caller } from '../../caller.ts';
import { accepted } from '../../shared/outcomes.ts';
import type { Outcome, Refused } from '../../shared/outcomes.ts';
import {
  alreadyMember,
  lastOwner,
  missingScope,
  otherEnvironment,
  tooManyPeople,
  unknownPerson,
  unknownTenant,
} from '../refusals.ts';
import { findLackingScope } from '../scopes.ts';
import type { Invitation, Membership } from './records.ts';
import { scopesOf } from './roles.ts';
import type { Role } from './roles.ts';
import { endSessions } from './sign-in.ts';
import { mostMembers } from './state.ts';
import type { KnownMember, PeopleState } from './state.ts';

/** How long an invitation can be taken up, in milliseconds. */
const invitationMs = 14 * 24 * 60 * 60 * 1_000;

/** What can be changed of somebody. Absent: it stays. */
export interface PersonChange {
  readonly role?: Role;
  readonly isOperator?: boolean;
}

/** Invites whoever signs in with an address. An open invitation is renewed. */
export function invitePerson(
  state: PeopleState,
  caller: Caller,
  offer: Pick<Invitation, 'invitationId' | 'tenantId' | 'invitedEmail' | 'role' | 'isOperator'>,
): Outcome<KnownMember> {
  const { invitationId, tenantId, invitedEmail, role, isOperator } = offer;
  const refusal = refuseChange(caller, { role, ...(isOperator ? { isOperator } : {}) });
  if (refusal !== undefined) return refusal;
  if (state.access.tenant(tenantId) === undefined) return unknownTenant;
  const namesakes = state.peopleWith(invitedEmail);
  if (namesakes.some(({ id }) => state.membership(tenantId, id) !== undefined)) return alreadyMember(invitedEmail);
  const before = state.member(tenantId, invitationId, state.nowMs);
  const isFull = state.membersOf(tenantId, state.nowMs).length >= mostMembers;
  if (before === undefined && isFull) return tooManyPeople(mostMembers);

  const { nowMs } = state;
  const times = { createdAtMs: before?.createdAtMs ?? nowMs, updatedAtMs: nowMs, expiresAtMs: nowMs + invitationMs };
  return put(state, 'person.invited', { ...offer, invitedBy: caller.apiKeyLabel, ...times });
}

/** Changes what somebody is in a tenant, or what an invitation gives. */
export function updatePerson(
  state: PeopleState,
  caller: Caller,
  tenantId: string,
  id: string,
  change: PersonChange,
): Outcome<KnownMember> {
  const before = state.member(tenantId, id, state.nowMs);
  if (before === undefined) return unknownPerson;
  const refusal = refuseChange(caller, change);
  if (refusal !== undefined) return refusal;
  const { role = before.role, isOperator } = change;
  if (role !== 'owner' && isLastOwner(state, before)) return lastOwner;

  const after = { ...before, role, updatedAtMs: state.nowMs };
  if (isOperator === undefined) return put(state, 'person.updated', after);
  if ('invitationId' in after) return put(state, 'person.updated', { ...after, isOperator });
  const person = state.person(after.personId);
  if (person !== undefined) state.putPerson(after.personId, { ...person, isOperator });
  return put(state, 'person.updated', after);
}

/** Takes somebody out of a tenant, or an invitation back. Whoever belongs nowhere any more is forgotten. */
export function removePerson(state: PeopleState, caller: Caller, tenantId: string, id: string): Outcome<undefined> {
  const member = state.member(tenantId, id, state.nowMs);
  if (member === undefined) return unknownPerson;
  const refusal = refuseChange(caller, {});
  if (refusal !== undefined) return refusal;
  if (isLastOwner(state, member)) return lastOwner;

  const known = state.known(member);
  state.deleteMember(member);
  state.record('person.removed', known);
  const isLeft = known.isOperator || state.membershipsOf(id).length > 0;
  if ('personId' in member && !isLeft) {
    endSessions(state, id);
    state.deletePerson(id);
  }
  return accepted(undefined);
}

/**
 * Whoever changes people has what he gives. They belong to both environments, which is more than an API key of `test`
 * has; a person's token shows somebody who does so himself.
 */
function refuseChange(
  { scopes, environment, personId }: Caller,
  { role, isOperator }: PersonChange,
): Refused | undefined {
  const isForBoth = environment === 'live' || personId !== null || scopes.has('platform:admin');
  if (!isForBoth) return otherEnvironment;
  const lacking = role && findLackingScope(scopes, scopesOf(role, false));
  if (lacking !== undefined) return missingScope(lacking);
  return isOperator === undefined || scopes.has('platform:admin') ? undefined : missingScope('platform:admin');
}

function isLastOwner(state: PeopleState, member: Membership | Invitation): boolean {
  if (!isOwner(member)) return false;
  const owners = state.membersOf(member.tenantId, state.nowMs).filter(isOwner);
  return owners.every(({ personId }) => personId === member.personId);
}

function isOwner(member: Membership | Invitation): member is Membership {
  return 'personId' in member && member.role === 'owner';
}

function put(
  state: PeopleState,
  type: 'person.invited' | 'person.updated',
  member: Membership | Invitation,
): Outcome<KnownMember> {
  state.putMember(member);
  const known = state.known(member);
  state.record(type, known);
  return accepted(known);
}
