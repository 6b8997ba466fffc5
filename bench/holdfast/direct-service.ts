import { hash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { defaultCapacitySettings, Service } from '@holdfast/engine';
import type { Environment } from '@holdfast/engine';

import type { HoldfastStore } from './holdfast-server.ts';
import { openStore } from './open-store.ts';

const otherSettings = { requestTimeoutMs: 60_000, requireRegistration: false, eventHistoryMs: 0 };

const environment: Environment = {
  now: Date.now,
  elapsedMs: () => performance.now(),
  newToken: randomUUID,
  newUuid: randomUUID,
  sha256: (text) => hash('sha256', text),
  schedule: setImmediate,
  delay: (milliseconds) => delay(milliseconds),
  random: Math.random,
};

/** Does something in a store that no server has open, without HTTP. */
export async function withService(options: HoldfastStore, work: (service: Service) => Promise<void>): Promise<void> {
  const store = await openStore(options);
  try {
    await work(new Service(store, environment, { ...defaultCapacitySettings, ...otherSettings }));
  } finally {
    await store.close();
  }
}
