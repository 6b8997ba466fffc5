import { operations } from '@holdfast/contract';
import type { OperationId } from '@holdfast/contract';

/** A request, before anybody has sent it. */
export interface WireRequest {
  readonly operationId: OperationId;
  /** What the operation's path names in braces. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Undefined: none at all. */
  readonly body?: unknown;
}

/** A request that changes something. */
export interface Write extends Omit<WireRequest, 'query'> {
  /** Whether an earlier request, under another key, may have its answer: a payment is known again by its own id. */
  readonly mayBeKnown?: boolean;
}

/** An answer to the letter. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly isReplayed: boolean;
}

export interface WireOptions {
  readonly idempotencyKey?: string | undefined;
  /** After this the connection is closed. Unless told, long enough for a server that hangs in a failover. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Nobody can tell from this side whether a write took effect: it was not answered, or by 503, or, on a very busy machine,
 * by 408.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Short enough for a test to go on, and too long for anything but a server that hangs. */
const usualTimeoutMs = 60_000;

/** Sends each request once, and keeps answers as they are: the SDK would parse them, and try again by itself. */
export class WireClient {
  readonly #url: string;
  readonly #apiKey: string;

  constructor(url: string, apiKey: string) {
    this.#url = url;
    this.#apiKey = apiKey;
  }

  /** The same server, asked with another key. */
  withKey(apiKey: string): WireClient {
    return new WireClient(this.#url, apiKey);
  }

  /** Rejects with {@link NoAnswer}. */
  async send(request: WireRequest, { idempotencyKey, timeoutMs = usualTimeoutMs }: WireOptions = {}): Promise<Answer> {
    const init = { ...initOf(request, this.#apiKey, idempotencyKey), signal: AbortSignal.timeout(timeoutMs) };
    try {
      const response = await fetch(this.#url + targetOf(request), init);
      const body = await response.text();
      const { status } = response;
      if (status === 503 || status === 408) throw new NoAnswer(`${status}: ${body}`);
      return { status, body, isReplayed: response.headers.get('Idempotent-Replayed') === 'true' };
    } catch (error) {
      throw error instanceof NoAnswer ? error : new NoAnswer(String(error), { cause: error });
    }
  }

  /** Rejects with {@link NoAnswer}. */
  write(write: Write, idempotencyKey?: string): Promise<Answer> {
    return this.send(write, { idempotencyKey });
  }

  /** What there is now. Rejects with {@link NoAnswer}. */
  async read<Result>(request: Omit<WireRequest, 'body'>): Promise<Result> {
    const { status, body } = await this.send(request);
    if (status !== 200) throw new Error(`GET ${targetOf(request)} was answered with ${status}: ${body}`);
    return JSON.parse(body) as Result;
  }

  /** Whether the server says that it can write. */
  async isReady(): Promise<boolean> {
    return (await fetch(`${this.#url}/readyz`)).ok;
  }
}

/** The request's path and query. */
export function targetOf({ operationId, path = {}, query = {} }: WireRequest): string {
  const filledIn = operations[operationId].path.replaceAll(/\{(\w+)\}/gu, (_, name: string) =>
    encodeURIComponent(path[name]!),
  );
  const parameters = new URLSearchParams(query).toString();
  return parameters === '' ? filledIn : `${filledIn}?${parameters}`;
}

/** The rest of it, for `fetch`. */
export function initOf({ operationId, body }: WireRequest, apiKey: string, idempotencyKey?: string): RequestInit {
  const headers = {
    'X-API-Key': apiKey,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
  };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return { method: operations[operationId].method, headers, ...content };
}
