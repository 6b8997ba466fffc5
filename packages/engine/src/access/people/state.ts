import type { Changes, Records, Row } from '../../kernel/record-access.ts';
import { accessPartition } from '../../partitions.ts';
import type { AccessSettings } from '../context.ts';
import { AccessState, placesOf } from '../state.ts';
import type { Actor, Deed } from '../state.ts';
import {
  memberIdOf,
  memberKey,
  memberKind,
  personKind,
  sealingKeyKind,
  sessionKind,
  startLinkKind,
} from './records.ts';
import type { Invitation, Membership, Person, Session, StartLink } from './records.ts';

/** The most people and open invitations that a tenant has. */
export const mostMembers = 200;

/** The most tenants that a person belongs to. */
export const mostMemberships = 50;

/** The most sessions that a person has. */
export const mostSessions = 20;

const sealingKeyId = 'sign-in';

type PersonEventType = Extract<Deed['type'], `person.${string}`>;

/** What somebody is in a tenant, and who: of an invitation no more than it says. */
export interface KnownMember extends Pick<
  Membership,
  'tenantId' | 'role' | 'invitedBy' | 'createdAtMs' | 'updatedAtMs'
> {
  readonly id: string;
  readonly email: string | null;
  readonly isOperator: boolean;
  /** Null for an invitation. */
  readonly name: string | null;
  readonly signedInAtMs: number | null;
  /** Null unless it is an invitation. */
  readonly expiresAtMs: number | null;
}

/** People, what they are in tenants, and their sessions, to read. */
export class PeopleView {
  readonly records: Records;

  constructor(records: Records) {
    this.records = records;
  }

  person(id: string): Person | undefined {
    return this.records.get(personKind, accessPartition, id);
  }

  /** The person or open invitation of a tenant with this id. */
  member(tenantId: string, id: string, nowMs: number): Membership | Invitation | undefined {
    const member = this.records.get(memberKind, accessPartition, memberKey(tenantId, id));
    return member === undefined || hasLapsed(member, nowMs) ? undefined : member;
  }

  membership(tenantId: string, personId: string): Membership | undefined {
    const member = this.records.get(memberKind, accessPartition, memberKey(tenantId, personId));
    return member !== undefined && 'personId' in member ? member : undefined;
  }

  known(member: Membership | Invitation): KnownMember {
    const { tenantId, role, invitedBy, createdAtMs, updatedAtMs } = member;
    const common = { id: memberIdOf(member), tenantId, role, invitedBy, createdAtMs, updatedAtMs };
    if (!('personId' in member)) {
      const { invitedEmail: email, isOperator, expiresAtMs } = member;
      return { ...common, email, isOperator, name: null, signedInAtMs: null, expiresAtMs };
    }
    const person = this.person(member.personId);
    if (person === undefined) throw new Error(`There is no ${member.personId}, who belongs to ${tenantId}.`);
    const { email, isOperator, name, signedInAtMs } = person;
    return { ...common, email, isOperator, name, signedInAtMs, expiresAtMs: null };
  }

  membershipsOf(personId: string): readonly Membership[] {
    const range = { index: 'person', equals: [personId], limit: mostMemberships };
    return this.#members(range).filter((member): member is Membership => 'personId' in member);
  }

  /** The people and open invitations of a tenant. */
  membersOf(tenantId: string, nowMs: number): readonly (Membership | Invitation)[] {
    // Invitations that have lapsed are there until they are purged.
    const members = this.#members({ index: 'tenant', equals: [tenantId], limit: 2 * mostMembers });
    return members.filter((member) => !hasLapsed(member, nowMs));
  }

  /** What this address was invited to, and still is. */
  invitationsTo(email: string, nowMs: number): readonly Invitation[] {
    const range = { index: 'invited', equals: [email], limit: mostMemberships };
    return this.#members(range).filter(
      (member): member is Invitation => 'invitationId' in member && !hasLapsed(member, nowMs),
    );
  }

  /** Those who signed in with this address last. */
  peopleWith(email: string): readonly Row<Person>[] {
    return this.records.range({
      kind: personKind,
      partition: accessPartition,
      index: 'email',
      equals: [email],
      limit: mostMembers,
    });
  }

  /** The session that a token with this hash stands for; undefined once it is over. */
  session(hash: string, nowMs: number): Session | undefined {
    const session = this.records.get(sessionKind, accessPartition, hash);
    return session !== undefined && session.expiresAtMs > nowMs ? session : undefined;
  }

  /** The one that ends first comes first. */
  sessionsOf(personId: string): readonly Row<Session>[] {
    return this.records.range({
      kind: sessionKind,
      partition: accessPartition,
      index: 'person',
      equals: [personId],
      limit: mostSessions,
    });
  }

  startLink(hash: string, nowMs: number): StartLink | undefined {
    const link = this.records.get(startLinkKind, accessPartition, hash);
    return link !== undefined && link.expiresAtMs > nowMs ? link : undefined;
  }

  /** Undefined if there is none yet. */
  get sealingKeyHex(): string | undefined {
    return this.records.get(sealingKeyKind, accessPartition, sealingKeyId)?.hex;
  }

  #members(range: { index: string; equals: readonly string[]; limit: number }): readonly (Membership | Invitation)[] {
    return this.records.range({ kind: memberKind, partition: accessPartition, ...range }).map(({ value }) => value);
  }
}

/** The same to read and to change. */
export class PeopleState extends PeopleView {
  /** Tenants and keys, and the audit. */
  readonly access: AccessState;
  readonly #changes: Changes;

  constructor(changes: Changes, actor: Actor, settings: Pick<AccessSettings, 'eventHistoryMs'>, nowMs: number) {
    super(changes);
    this.#changes = changes;
    this.access = new AccessState(changes, actor, settings, nowMs);
  }

  get nowMs(): number {
    return this.access.nowMs;
  }

  putPerson(id: string, person: Person): void {
    this.#changes.put(personKind, accessPartition, id, person);
  }

  deletePerson(id: string): void {
    this.#changes.delete(personKind, accessPartition, id);
  }

  putMember(member: Membership | Invitation): void {
    this.#changes.put(memberKind, accessPartition, keyOf(member), member);
  }

  deleteMember(member: Membership | Invitation): void {
    this.#changes.delete(memberKind, accessPartition, keyOf(member));
  }

  putSession(hash: string, session: Session): void {
    this.#changes.put(sessionKind, accessPartition, hash, session);
  }

  deleteSession(hash: string): void {
    this.#changes.delete(sessionKind, accessPartition, hash);
  }

  putStartLink(hash: string, link: StartLink): void {
    this.#changes.put(startLinkKind, accessPartition, hash, link);
  }

  deleteStartLink(hash: string): void {
    this.#changes.delete(startLinkKind, accessPartition, hash);
  }

  /** Writes down what became of somebody, unless told otherwise in both environments of the tenant. */
  record(type: PersonEventType, member: KnownMember, places = placesOf(member.tenantId)): void {
    const { id, tenantId, email, role, isOperator } = member;
    const data = { person_id: id, tenant_id: tenantId, email, role, is_operator: isOperator };
    this.access.record({ type, places, data });
  }

  /** The sealing key; this one if there is none yet. */
  sealingKeyOr(fresh: string): string {
    const known = this.sealingKeyHex;
    if (known !== undefined) return known;
    this.#changes.put(sealingKeyKind, accessPartition, sealingKeyId, { hex: fresh });
    return fresh;
  }
}

/** Whether it is an invitation that can't be taken up any more. */
export function hasLapsed(member: Membership | Invitation, nowMs: number): boolean {
  return 'invitationId' in member && member.expiresAtMs <= nowMs;
}

function keyOf(member: Membership | Invitation): string {
  return memberKey(member.tenantId, memberIdOf(member));
}
