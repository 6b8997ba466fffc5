import { apiKeys } from '../targets/target.ts';

/** A request to the version that made a fixture, and its answer. */
export interface Exchange {
  readonly apiKey: keyof typeof apiKeys;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey?: string;
  readonly body?: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** What the version that made a fixture did and answered. */
export interface Recording {
  /** The last time at which anything was written, in epoch milliseconds. */
  readonly writtenAtMs: number;
  /** When the reads were answered, after a sweep: some claims and holds had lapsed by then. */
  readonly askedAtMs: number;
  readonly writes: readonly Exchange[];
  readonly reads: readonly Exchange[];
}

export type Request = Omit<Exchange, 'status' | 'answer'>;

/** Sends a request, and resolves to what came back. */
export async function exchange(url: string, request: Request): Promise<Exchange & { readonly isReplayed: boolean }> {
  const { apiKey, method, path, idempotencyKey, body } = request;
  const response = await fetch(url + path, {
    method,
    headers: {
      'X-API-Key': apiKeys[apiKey],
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const isJson = response.headers.get('Content-Type')?.includes('json') ?? false;
  const isReplayed = response.headers.get('Idempotent-Replayed') === 'true';
  return {
    ...request,
    status: response.status,
    answer: await (isJson ? response.json() : response.text()),
    isReplayed,
  };
}

/** The value of a new API key or secret is in one answer alone, and when a key was used last depends on what else was asked. */
export function lasting(answer: unknown): unknown {
  const text = JSON.stringify(answer, (name, value: unknown) => {
    if (name === 'api_key' || name === 'secret') return null;
    return name === 'last_used_at' ? undefined : value;
  });
  return text === undefined ? undefined : JSON.parse(text);
}
