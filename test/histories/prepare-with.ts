import { randomUUID } from 'node:crypto';

import { NoAnswer } from '../faults/wire-client.ts';
import type { WireRequest } from '../faults/wire-client.ts';
import type { SendOptions } from './family.ts';
import type { Server } from './server.ts';

/** Far more often than a busy machine can make it necessary. */
const mostTries = 50;

/**
 * Makes a request that a history needs to have been carried out: again and again, with one key, until it is answered.
 * Resolves to the answer's body.
 */
export async function prepareWith({ wire }: Server, request: WireRequest, options: SendOptions): Promise<string> {
  const idempotencyKey = randomUUID();
  for (let tries = 1; ; tries += 1) {
    try {
      const { status, body } = await wire.send(request, { ...options, idempotencyKey });
      if (status >= 300) throw new Error(`The preparation was answered with ${status}: ${body}`);
      return body;
    } catch (error) {
      if (!(error instanceof NoAnswer) || tries === mostTries) throw error;
    }
  }
}
