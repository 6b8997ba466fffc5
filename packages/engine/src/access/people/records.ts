import { defineKind } from '../../kernel/record-access.ts';
import type { Kind } from '../../kernel/record-access.ts';
import type { Role } from './roles.ts';

/** Somebody who has signed in. Who he is, his issuer and its name for him say; never his address, which can change. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  /** In lower case, as his issuer verified it last; null for the operator who signs in by a link. */
  readonly email: string | null;
  readonly name: string;
  /** Whether he administers the platform. */
  readonly isOperator: boolean;
  readonly createdAtMs: number;
  readonly signedInAtMs: number;
}

/** What somebody is in a tenant. */
interface Belonging {
  readonly tenantId: string;
  readonly role: Role;
  /** By label; null where nobody did. */
  readonly invitedBy: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface Membership extends Belonging {
  readonly personId: string;
}

/** What whoever signs in with a verified address becomes. */
export interface Invitation extends Belonging {
  readonly invitationId: string;
  /** In lower case. */
  readonly invitedEmail: string;
  readonly isOperator: boolean;
  readonly expiresAtMs: number;
}

/** That a browser is signed in. */
export interface Session {
  readonly personId: string;
  readonly expiresAtMs: number;
}

/** That whoever has its text may sign in as the operator, once. */
export interface StartLink {
  readonly expiresAtMs: number;
}

/** What all processes seal with what they give a browser to keep for a while. */
export interface SealingKey {
  /** 64 hexadecimal digits: 256 random bits. */
  readonly hex: string;
}

/** By id, which issuer and subject make up. */
export const personKind: Kind<Person> = defineKind({ name: 'people', indexes: { email: ['email'] } });

/** By tenant and the id of the person or invitation. */
export const memberKind: Kind<Membership | Invitation> = defineKind({
  name: 'members',
  indexes: { tenant: ['tenantId'], person: ['personId'], invited: ['invitedEmail'] },
  purgeField: 'expiresAtMs',
});

/** By SHA-256 of the session's token, which has 256 random bits. */
export const sessionKind: Kind<Session> = defineKind({
  name: 'sessions',
  indexes: { person: ['personId', 'expiresAtMs'] },
  purgeField: 'expiresAtMs',
});

/** By SHA-256 of the link's token, which has 256 random bits. */
export const startLinkKind: Kind<StartLink> = defineKind({
  name: 'start-links',
  indexes: {},
  purgeField: 'expiresAtMs',
});

/** There is one. */
export const sealingKeyKind: Kind<SealingKey> = defineKind({ name: 'sealing-keys', indexes: {} });

/** Every kind of people. */
export const peopleKinds = [personKind, memberKind, sessionKind, startLinkKind, sealingKeyKind];

/** The id of a person or invitation. */
export function memberIdOf(member: Membership | Invitation): string {
  return 'personId' in member ? member.personId : member.invitationId;
}

/** Where it is kept. */
export function memberKey(tenantId: string, memberId: string): string {
  return `${tenantId}\u001f${memberId}`;
}
