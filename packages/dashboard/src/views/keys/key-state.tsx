import type { ApiKey } from '@holdfast/sdk';

import { Badge } from '../../ui/badge.tsx';
import { useNow } from '../../ui/now.ts';

export function isValid({ revoked_at, expires_at }: ApiKey, nowMs: number): boolean {
  return revoked_at === null && (expires_at === null || Date.parse(expires_at) > nowMs);
}

export function KeyState({ apiKey }: { readonly apiKey: ApiKey }) {
  const nowMs = useNow();
  if (isValid(apiKey, nowMs))
    return (
      <Badge tone="positive" hasDot>
        valid
      </Badge>
    );
  return apiKey.revoked_at === null ? <Badge tone="warning">expired</Badge> : <Badge tone="negative">revoked</Badge>;
}
