import { setTimeout as delay } from 'node:timers/promises';

import { spanOf } from '../comparison/due-rounds.ts';
import type { Expiries } from '../comparison/due-rounds.ts';
import { apiKeyOf } from '../holdfast/api-key.ts';

export interface ExpiryLagOptions {
  readonly url: string;
  /** When each lock lapses, by resource, in epoch milliseconds. */
  readonly expiries: Expiries;
  readonly timeoutMs: number;
}

interface EventPage {
  readonly events: readonly { readonly at: string; readonly resource: string }[];
  readonly nextCursor: string | null;
}

const pauseMs = 500;

/**
 * How long after each lock lapsed its event says that it was announced, in milliseconds. Reads the history again and
 * again until it has all of them.
 */
export async function readExpiryLags({ url, expiries, timeoutMs }: ExpiryLagOptions): Promise<readonly number[]> {
  const deadlineMs = Date.now() + timeoutMs;
  const from = new Date(spanOf(expiries).firstMs).toISOString();
  for (;;) {
    const lags = await readOnce(url, from, expiries);
    if (lags.size === expiries.size) return [...lags.values()];
    if (Date.now() > deadlineMs) throw new Error(`Only ${lags.size} of ${expiries.size} expiries were announced.`);
    await delay(pauseMs);
  }
}

async function readOnce(url: string, from: string, expiries: Expiries): Promise<Map<string, number>> {
  const lags = new Map<string, number>();
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ type: 'RESERVATION_EXPIRED', from, limit: '1000' });
    if (cursor !== null) query.set('cursor', cursor);
    const page: EventPage = await readPage(`${url}/api/v1/events/history?${query}`);
    for (const { resource, at } of page.events) {
      const expiresAtMs = expiries.get(resource);
      if (expiresAtMs === undefined) continue;
      if (lags.has(resource)) throw new Error(`The expiry of ${resource} was announced twice.`);
      lags.set(resource, Date.parse(at) - expiresAtMs);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return lags;
}

async function readPage(address: string): Promise<EventPage> {
  const response = await fetch(address, { headers: { 'X-API-Key': apiKeyOf(0) } });
  if (!response.ok) throw new Error(`The event history answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as EventPage;
}
