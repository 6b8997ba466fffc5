import type { EventFamily, WebhookEventType } from '@holdfast/sdk';
import { InvalidArgumentError } from 'commander';

import { collect } from './arguments.ts';

/** All of them that begin so, such as `credits.*`. */
type EventGroup = Extract<WebhookEventType, `${string}.*`>;

export type EventType = Exclude<WebhookEventType, EventGroup>;

const families = ['resources', 'credits', 'capacity', 'access'] as const satisfies readonly EventFamily[];

const types = [
  'RESERVED',
  'UNRESERVED',
  'RESERVATION_EXPIRED',
  'RENEWED',
  'FORCE_RELEASED',
  'credits.granted',
  'credits.held',
  'credits.consumed',
  'credits.released',
  'credits.expired',
  'credits.adjusted',
  'credits.overage',
  'credits.balance_low',
  'reservation.expired',
  'capacity.reserved',
  'key.created',
  'key.updated',
  'key.revoked',
  'key.rotated',
  'tenant.created',
  'tenant.updated',
  'tier.updated',
  'jwt_issuer.updated',
  'person.invited',
  'person.updated',
  'person.removed',
  'person.signed_in',
  'limit.reached',
] as const satisfies readonly EventType[];

const groups = [
  'credits.*',
  'reservation.*',
  'capacity.*',
  'key.*',
  'tenant.*',
  'tier.*',
  'jwt_issuer.*',
  'person.*',
  'limit.*',
] as const satisfies readonly EventGroup[];

/** Stands below the help of what takes types of events. */
export const eventTypesHelp = `

Types of events:
  ${types.slice(0, 5).join(' ')}
  ${types.slice(5, 10).join(' ')}
  ${types.slice(10, 15).join(' ')}
  ${types.slice(15, 20).join(' ')}
  ${types.slice(20, 25).join(' ')}
  ${types.slice(25).join(' ')}`;

/** `a,b` once or several times. */
export function collectFamilies(text: string, earlier: readonly EventFamily[] = []): EventFamily[] {
  return [...earlier, ...collect(text).map((name) => readName('family of events', name, families))];
}

/** `a,b` once or several times. */
export function collectTypes(text: string, earlier: readonly EventType[] = []): EventType[] {
  return [...earlier, ...collect(text).map((name) => readName('type of events', name, types))];
}

/** Types and groups of them, or the word for every one. */
export function collectGroupsOrAll(
  text: string,
  earlier: readonly WebhookEventType[] | 'all' = [],
): WebhookEventType[] | 'all' {
  if (text === 'all') return text;
  const named = collect(text).map((name) => readName('type of events', name, [...types, ...groups]));
  return [...(earlier === 'all' ? [] : earlier), ...named];
}

function readName<Name extends string>(what: string, name: string, names: readonly Name[]): Name {
  const found = names.find((each) => each === name);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`There is no ${what} "${name}", but ${names.join(', ')}.`);
}
