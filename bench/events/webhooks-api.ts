import { apiKeyOf } from '../holdfast/api-key.ts';

const path = '/v1/webhook-endpoints';

/** Has the first tenant's events sent to a URL; resolves to the endpoint's id. */
export async function createEndpoint(serverUrl: string, url: string, types: readonly string[]): Promise<string> {
  const { id } = await call<{ id: string }>(`${serverUrl}${path}`, { url, types });
  return id;
}

/** Whether the last event of a type waits to be delivered to an endpoint: those before it were put in line before. */
export async function isLastPending(serverUrl: string, endpointId: string, type: string): Promise<boolean> {
  const [event] = (await call<Page<{ number: number }>>(`${serverUrl}/v1/events?type=${type}&limit=1`)).data;
  const deliveries = `${serverUrl}${path}/${endpointId}/deliveries?status=pending&limit=1`;
  const [delivery] = (await call<Page<{ event_number: number }>>(deliveries)).data;
  return event !== undefined && event.number === delivery?.event_number;
}

/** Newest first. */
interface Page<Item> {
  readonly data: readonly Item[];
}

async function call<Answer>(url: string, body?: object): Promise<Answer> {
  const headers = { 'X-API-Key': apiKeyOf(0), 'Content-Type': 'application/json' };
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(url, { headers, ...sent });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}
