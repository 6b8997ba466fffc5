import { hash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { defaultCapacitySettings, Service } from '@holdfast/engine';
import type { Environment } from '@holdfast/engine';

import { apiKeyOf } from '../api-key.ts';
import { openStore } from '../open-store.ts';
import type { HoldfastStore } from '../peers/holdfast-server.ts';
import { customerOf, holdRequest } from './credits-api.ts';

const secondsPerDay = 86_400;
const settings = { ...defaultCapacitySettings, requestTimeoutMs: 60_000, requireRegistration: false, eventHistoryMs: 0 };
const callersAtOnce = 512;

const environment: Environment = {
  now: Date.now,
  elapsedMs: () => performance.now(),
  newToken: randomUUID,
  sha256: (text) => hash('sha256', text),
  schedule: setImmediate,
  delay: (milliseconds) => delay(milliseconds),
  random: Math.random,
};

/**
 * Makes holds of the hot customer that live for a day, in a store that no server has open. A server makes them as well,
 * but a million takes it several minutes.
 */
export async function seedHolds(options: HoldfastStore, count: number): Promise<void> {
  const store = await openStore(options);
  try {
    const service = new Service(store, environment, settings);
    const caller = await service.authenticate(apiKeyOf(0));
    if (caller === undefined) throw new Error('A server has to make the first tenant before it can hold anything.');
    const body: unknown = JSON.parse(holdRequest(customerOf(0), undefined, secondsPerDay).body ?? '');
    let left = count;
    const hold = async () => {
      while (left > 0) {
        left -= 1;
        const { outcome } = await service.call({ operationId: 'createHold', caller, input: { body } });
        if (!outcome.ok) throw new Error(`Credits could not be held: ${JSON.stringify(outcome)}`);
      }
    };
    await Promise.all(Array.from({ length: callersAtOnce }, hold));
  } finally {
    await store.close();
  }
}
