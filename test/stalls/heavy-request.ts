import { operations } from '@holdfast/contract';
import type { OperationId } from '@holdfast/contract';

import { initOf, targetOf } from '../faults/wire-client.ts';
import type { WireRequest } from '../faults/wire-client.ts';
import { apiKey } from './measured-server.ts';

/** As much as an operation takes, or as bad as a request can be. */
export interface HeavyRequest {
  readonly operationId: OperationId;
  /** What is heavy about it. */
  readonly what: string;
  /** What it must be answered with. */
  readonly status: number;
  /** The request with this number; no two of a number are ever sent. */
  of(number: number): Omit<WireRequest, 'operationId'>;
  /** Of an answer that never ends: what it is read up to. */
  readonly readUntil?: () => string;
}

/** What a family has that is heavy. */
export interface HeavyFamily {
  readonly name: string;
  /** Makes what the requests are about. */
  prepare(send: Send): Promise<void>;
  readonly requests: readonly HeavyRequest[];
}

/**
 * Sends a request, and rejects if it is answered with anything but the status; a body that is text goes as it is.
 *
 * @param until - Where the answer ends for us, if it never ends by itself.
 */
export type Send = (request: WireRequest, status?: number, until?: string) => Promise<string>;

/** A key is made up for each write, so that the record of its answer counts too. */
export function createSend(url: string): Send {
  return async (request, status, until) => {
    const key = operations[request.operationId].write ? crypto.randomUUID() : undefined;
    const init = initOf(request, apiKey, key);
    if (typeof request.body === 'string') init.body = request.body;
    const response = await fetch(url + targetOf(request), init);
    const text = until === undefined ? await response.text() : await readUntil(response, until);
    if (status === undefined ? response.ok : response.status === status) return text;
    throw new Error(`${request.operationId} was answered with ${response.status}: ${text.slice(0, 1_000)}`);
  };
}

async function readUntil({ body }: Response, until: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body!) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(until)) return text;
  }
  throw new Error(`The answer ended before ${until}: ${text.slice(-1_000)}`);
}

/** Does something for each number, 8 of them at a time. */
export async function inParallel(count: number, task: (number: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** Metadata of as many bytes as there may be. */
export const largeMetadata = { text: 'm'.repeat(4_085) };
