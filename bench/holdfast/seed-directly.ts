import { authenticate } from '@holdfast/engine';
import type { ServiceRequest } from '@holdfast/engine';

import { apiKeyOf } from './api-key.ts';
import { withService } from './direct-service.ts';
import type { HoldfastStore } from './holdfast-server.ts';

const callersAtOnce = 256;

export interface SeedRequests {
  readonly operationId: ServiceRequest['operationId'];
  readonly count: number;
  /** The JSON of the request with this number. */
  bodyOf(number: number): string | undefined;
}

/**
 * Carries out requests of the first tenant in a store that no server has open, without HTTP. A server can do it as
 * well, but a million takes it several minutes.
 */
export async function seedDirectly(options: HoldfastStore, requests: SeedRequests): Promise<void> {
  await withService(options, async (service) => {
    const caller = await authenticate(service, apiKeyOf(0));
    if (caller === undefined) throw new Error('A server has to make the first tenant before it can have anything.');
    let next = 0;
    const carryOut = async () => {
      while (next < requests.count) {
        const body: unknown = JSON.parse(requests.bodyOf(next) ?? '');
        next += 1;
        const { outcome } = await service.call({ operationId: requests.operationId, caller, input: { body } });
        if (!outcome.ok) throw new Error(`A seed was refused by ${requests.operationId}: ${JSON.stringify(outcome)}`);
      }
    };
    await Promise.all(Array.from({ length: callersAtOnce }, carryOut));
  });
}
