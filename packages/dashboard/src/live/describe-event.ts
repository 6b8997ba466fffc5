import type { HoldfastEvent } from '@holdfast/sdk';

import type { Tone } from '../ui/badge.tsx';
import { formatCredits, formatNumber } from '../ui/format.ts';
import { resourceEventNames } from './resource-event-names.ts';

/** An event in words: `Taken`, `order/42`, `by worker-1`. */
export interface DescribedEvent {
  readonly name: string;
  readonly tone: Tone;
  /** What it happened to. */
  readonly subject: string;
  /** Who did it, and how much of it. */
  readonly details: string;
}

type OtherType = Exclude<HoldfastEvent['type'], keyof typeof resourceEventNames>;

const otherNames: Readonly<Partial<Record<OtherType, readonly [name: string, tone: Tone]>>> = {
  'credits.granted': ['Credits granted', 'positive'],
  'credits.held': ['Credits held', 'accent'],
  'credits.consumed': ['Credits spent', 'neutral'],
  'credits.released': ['Credits released', 'positive'],
  'credits.expired': ['Credits expired', 'warning'],
  'credits.adjusted': ['Credits adjusted', 'neutral'],
  'credits.overage': ['Overage', 'warning'],
  'credits.balance_low': ['Balance low', 'warning'],
  'reservation.expired': ['Hold lapsed', 'warning'],
  'capacity.reserved': ['Capacity booked', 'accent'],
  'limit.reached': ['Limit reached', 'negative'],
  'key.created': ['Key created', 'neutral'],
  'key.updated': ['Key changed', 'neutral'],
  'key.revoked': ['Key revoked', 'warning'],
  'key.rotated': ['Key rotated', 'neutral'],
  'tenant.created': ['Tenant created', 'neutral'],
  'tenant.updated': ['Tenant changed', 'neutral'],
};

/** What an event says to people. Types that nothing is known of keep their name. */
export function describeEvent(event: HoldfastEvent): DescribedEvent {
  if ('resource' in event) {
    const { name, tone } = resourceEventNames[event.type];
    return { name, tone, subject: event.resource, details: event.requester };
  }
  const [name, tone] = otherNames[event.type] ?? [event.type, 'neutral'];
  return { name, tone, ...describeData(event) };
}

/** When it happened, RFC 3339 in UTC. */
export function timeOf(event: HoldfastEvent): string {
  return 'at' in event ? event.at : event.created_at;
}

function describeData(
  event: Exclude<HoldfastEvent, { readonly resource: string }>,
): Pick<DescribedEvent, 'subject' | 'details'> {
  const { data } = event;
  const subject = event.external_customer_id ?? event.api_key_label ?? '';
  if ('delta' in data) return { subject, details: `${formatCredits(Math.abs(data.delta))} credits` };
  if (event.type === 'limit.reached') {
    return { subject: event.data.limit_type, details: `of ${formatNumber(event.data.limit)}` };
  }
  return { subject, details: event.external_customer_id === null ? '' : (event.api_key_label ?? '') };
}
