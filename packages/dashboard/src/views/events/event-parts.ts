import type { HoldfastEvent } from '@holdfast/sdk';

/** What all events have, whatever the family calls it. */
export interface EventParts {
  readonly at: string;
  /** The resource or the customer that it is about; null if it is about none. */
  readonly subject: string | null;
  /** The label of the API key that did it; null where nobody did it. */
  readonly actor: string | null;
  /** What else there is to know, as short text. */
  readonly summary: string;
}

type ResourceEvent = Extract<HoldfastEvent, { readonly resource: string }>;

export function isResourceEvent(event: HoldfastEvent): event is ResourceEvent {
  return 'resource' in event;
}

export function partsOf(event: HoldfastEvent): EventParts {
  if (isResourceEvent(event)) {
    const { at, resource, apiKeyLabel, requester, fencingToken, reason, metadata } = event;
    const summary = summaryOf({ requester, fencingToken, ...(reason && { reason }), ...(metadata && { metadata }) });
    return { at, subject: resource, actor: apiKeyLabel, summary };
  }
  const { created_at, external_customer_id, customer_id, api_key_label, data } = event;
  return {
    at: created_at,
    subject: external_customer_id ?? customer_id,
    actor: api_key_label,
    summary: summaryOf(data),
  };
}

function summaryOf(members: object): string {
  return Object.entries(members)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('  ');
}
