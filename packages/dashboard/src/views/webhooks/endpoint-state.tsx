import type { WebhookEndpoint } from '@holdfast/sdk';

import { Badge } from '../../ui/badge.tsx';

export function EndpointState({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  if (endpoint.enabled)
    return (
      <Badge tone="positive" hasDot>
        enabled
      </Badge>
    );
  const isGone = endpoint.disabled_reason === 'gone';
  return <Badge tone={isGone ? 'negative' : 'neutral'}>{isGone ? 'disabled: it answered 410' : 'disabled'}</Badge>;
}
