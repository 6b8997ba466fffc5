import { operations } from '@holdfast/contract';
import type { OperationId } from '@holdfast/contract';

/** A write, before anybody has sent it. */
export interface Write {
  readonly operationId: OperationId;
  readonly body: unknown;
}

/** An answer to the letter. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly isReplayed: boolean;
}

/** Nobody can tell from this side whether the write took effect: it was not answered, or by 503. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Long enough for a server that hangs in a failover, and short enough for a test to go on. */
const timeoutMs = 20_000;

/** Sends each request once, and keeps answers as they are: the SDK would parse them, and try again by itself. */
export class WireClient {
  readonly #url: string;
  readonly #apiKey: string;

  constructor(url: string, apiKey: string) {
    this.#url = url;
    this.#apiKey = apiKey;
  }

  /** Rejects with {@link NoAnswer}. */
  async write({ operationId, body }: Write, idempotencyKey?: string): Promise<Answer> {
    const { method, path } = operations[operationId];
    const key = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
    const headers = { 'Content-Type': 'application/json', ...key };
    return this.#send(path, { method, headers, body: JSON.stringify(body) });
  }

  /** What a path says now. Rejects with {@link NoAnswer}. */
  async read<Result>(path: string): Promise<Result> {
    const { status, body } = await this.#send(path, { method: 'GET' });
    if (status !== 200) throw new Error(`GET ${path} was answered with ${status}: ${body}`);
    return JSON.parse(body) as Result;
  }

  async #send(path: string, init: RequestInit): Promise<Answer> {
    const headers = { 'X-API-Key': this.#apiKey, ...(init.headers as Record<string, string> | undefined) };
    try {
      const response = await fetch(this.#url + path, { ...init, headers, signal: AbortSignal.timeout(timeoutMs) });
      const body = await response.text();
      if (response.status === 503) throw new NoAnswer(`503: ${body}`);
      return { status: response.status, body, isReplayed: response.headers.get('Idempotent-Replayed') === 'true' };
    } catch (error) {
      throw error instanceof NoAnswer ? error : new NoAnswer(String(error), { cause: error });
    }
  }
}
