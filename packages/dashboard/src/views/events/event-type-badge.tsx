import type { EventFamily } from '@holdfast/sdk';

import { Badge } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { familyOfType } from './event-types.ts';

const tones: Readonly<Record<EventFamily, Tone>> = {
  resources: 'accent',
  credits: 'positive',
  capacity: 'warning',
  access: 'neutral',
};

/** What means trouble, whatever its family. */
const troubles: readonly string[] = ['RESERVATION_EXPIRED', 'FORCE_RELEASED', 'credits.overage', 'limit.reached'];

/** An event's type, in its family's colour. */
export function EventTypeBadge({ type }: { readonly type: string }) {
  const family = familyOfType(type);
  const tone = troubles.includes(type) ? 'negative' : family && tones[family];
  return <Badge tone={tone ?? 'neutral'}>{type}</Badge>;
}
