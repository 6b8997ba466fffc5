import type { WebhookDelivery } from '@holdfast/sdk';

import { Badge } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';

const tones: Readonly<Record<WebhookDelivery['status'], Tone>> = {
  pending: 'warning',
  delivered: 'positive',
  dead: 'negative',
};

export function DeliveryStatus({ status }: Pick<WebhookDelivery, 'status'>) {
  return (
    <Badge tone={tones[status]} hasDot>
      {status}
    </Badge>
  );
}
