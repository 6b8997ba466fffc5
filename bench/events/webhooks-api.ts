import { apiKeyOf } from '../holdfast/api-key.ts';

const path = '/v1/webhook-endpoints';

/** Has the first tenant's events sent to a URL; resolves to the endpoint's id. */
export async function createEndpoint(serverUrl: string, url: string, types: readonly string[]): Promise<string> {
  const { id } = await call<{ id: string }>(`${serverUrl}${path}`, { url, types });
  return id;
}

/** How many deliveries to an endpoint have still to be made. */
export async function countPending(serverUrl: string, endpointId: string): Promise<number> {
  let count = 0;
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ status: 'pending', limit: '100', ...(cursor === null ? {} : { cursor }) });
    const page: Page = await call(`${serverUrl}${path}/${endpointId}/deliveries?${query}`);
    count += page.data.length;
    cursor = page.pagination.next_cursor;
  } while (cursor !== null);
  return count;
}

interface Page {
  readonly data: readonly unknown[];
  readonly pagination: { readonly next_cursor: string | null };
}

async function call<Answer>(url: string, body?: object): Promise<Answer> {
  const headers = { 'X-API-Key': apiKeyOf(0), 'Content-Type': 'application/json' };
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(url, { headers, ...sent });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}
