import type { GrantRequest } from '@holdfast/sdk';

import { parseCredits } from './amounts.ts';

/** A grant as it is typed. */
export interface GrantDraft {
  readonly credits: string;
  readonly source: string;
  readonly reason: string;
  readonly priority: string;
  /** In the reader's time zone, as `datetime-local` has it; empty: never. */
  readonly expiry: string;
}

export const emptyGrant: GrantDraft = { credits: '', source: 'promotion', reason: '', priority: '0', expiry: '' };

/** A draft as a request; undefined while it gives no credits. */
export function readGrant(draft: GrantDraft, customerId: string): GrantRequest | undefined {
  const { source, reason, priority, expiry } = draft;
  const credits = parseCredits(draft.credits) ?? 0;
  if (credits <= 0) return undefined;
  return {
    customer: { id: customerId },
    credits,
    source,
    priority: Number(priority),
    ...(reason !== '' && { reason }),
    ...(expiry !== '' && { expires_at: new Date(expiry).toISOString() }),
  };
}
