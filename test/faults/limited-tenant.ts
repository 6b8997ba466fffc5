import { randomUUID } from 'node:crypto';

import type { IssuedApiKey, Limits, Tenant } from '@holdfast/contract';

import { dailyLimit, limitedTier } from './administration-draws.ts';
import type { BrokenPromise } from './family.ts';
import { NoAnswer } from './wire-client.ts';
import type { WireClient, WireRequest } from './wire-client.ts';

/** How many operations are tried each time. */
const triedAtOnce = 12;

/** A tenant with so many operations a day, through all that breaks: what was granted is not granted again. */
export class LimitedTenant {
  #apiKey: string | undefined;
  /** By the end of the day that they were admitted in, as the server has it. */
  readonly #admitted = new Map<string, number>();

  /** Uses some of what is left, and finds out whether that is too much. */
  async findExcess(client: WireClient): Promise<readonly BrokenPromise[]> {
    try {
      this.#apiKey ??= await createKey(client);
      await this.#use(client.withKey(this.#apiKey));
    } catch (error) {
      // The server can't write, and so it admits nobody.
      if (!(error instanceof NoAnswer)) throw error;
    }
    const excess = [...this.#admitted].filter(([, count]) => count > dailyLimit);
    return excess.map(([day, count]) => ({
      promise: `No more than ${dailyLimit} operations a day are admitted.`,
      evidence: [`${count} were, of the day that ends at ${day}.`],
    }));
  }

  async #use(client: WireClient): Promise<void> {
    const dayOf = async () => (await ask<Limits>(client, { operationId: 'getLimits' })).resets_at.day;
    const day = await dayOf();
    let admitted = 0;
    try {
      for (let tried = 0; tried < triedAtOnce; tried += 1) {
        const body = [{ requester: 'a', resource: randomUUID(), ttlSeconds: 60 }];
        const { status } = await client.write({ operationId: 'reserve', body });
        if (status === 200) admitted += 1;
      }
    } finally {
      // Those of a midnight belong to two days, nobody knows which to which.
      if ((await dayOf()) === day) this.#admitted.set(day, (this.#admitted.get(day) ?? 0) + admitted);
    }
  }
}

async function createKey(client: WireClient): Promise<string> {
  const body = { name: 'limited', tier: limitedTier };
  const { id } = await ask<Tenant>(client, { operationId: 'createTenant', body });
  const key = { tenant_id: id, environment: 'live', label: 'limited' };
  return (await ask<IssuedApiKey>(client, { operationId: 'createApiKey', body: key })).api_key ?? '';
}

async function ask<Result>(client: WireClient, request: WireRequest): Promise<Result> {
  const { status, body } = await client.send(request);
  if (status >= 300) throw new Error(`${request.operationId} was answered with ${status}: ${body}`);
  return JSON.parse(body) as Result;
}
