import type { ReserveItem, ReserveResult } from '@holdfast/contract';

export const baseUrl = 'http://holdfast.test';
export const reservePath = '/api/v1/Reservation/reserve';
export const unreservePath = '/api/v1/Reservation/unreserve';
export const historyPath = '/api/v1/events/history';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Undefined for plain text, too. */
  readonly json: unknown;
}

export interface RequestOptions {
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends requests as clients do, with an API key and a media type unless told otherwise. */
export class Client {
  readonly #fetch: typeof fetch;
  readonly #baseUrl: string;

  constructor(fetchLike: typeof fetch, address = baseUrl) {
    this.#fetch = fetchLike;
    this.#baseUrl = address;
  }

  async send(method: string, path: string, { body, headers, signal }: RequestOptions = {}): Promise<Answer> {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const response = await this.#fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: { 'X-API-Key': 'any', ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      body: (isRaw ? (body ?? null) : JSON.stringify(body)) as string | null,
      ...(signal && { signal }),
    });
    const text = await response.text();
    const isJson = response.headers.get('Content-Type')?.includes('json') ?? false;
    const json: unknown = text !== '' && isJson ? JSON.parse(text) : undefined;
    return { status: response.status, headers: Object.fromEntries(response.headers), text, json };
  }

  async reserve(item: ReserveItem, headers: Readonly<Record<string, string>> = {}): Promise<ReserveResult> {
    const { json } = await this.send('POST', reservePath, { body: [item], headers });
    return (json as ReserveResult[])[0]!;
  }

  /** Type, resource and time of all events, oldest first. */
  async events(): Promise<readonly string[]> {
    const { json } = await this.send('GET', historyPath);
    const { events } = json as { events: { type: string; resource: string; at: string }[] };
    return events.map(({ type, resource, at }) => `${type} ${resource} ${at}`).reverse();
  }
}
