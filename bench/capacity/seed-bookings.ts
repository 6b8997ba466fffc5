import { hash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { defaultCapacitySettings, Service } from '@holdfast/engine';
import type { Environment } from '@holdfast/engine';

import { apiKeyOf } from '../api-key.ts';
import { openStore } from '../open-store.ts';
import { startHoldfastServer } from '../peers/holdfast-server.ts';
import type { HoldfastStore } from '../peers/holdfast-server.ts';
import { greatestLimitGb, reserveRequest, setLimits } from './capacity-api.ts';

export interface Bookings {
  readonly count: number;
  /** The intervals of the booking with this number. */
  intervalsOf(number: number): readonly number[];
}

const otherFamilies = { requireRegistration: false, eventHistoryMs: 0 };
const settings = { ...defaultCapacitySettings, ...otherFamilies, requestTimeoutMs: 60_000 };
const callersAtOnce = 256;

const environment: Environment = {
  now: Date.now,
  elapsedMs: () => performance.now(),
  newToken: randomUUID,
  sha256: (text) => hash('sha256', text),
  schedule: setImmediate,
  delay: (milliseconds) => delay(milliseconds),
  random: Math.random,
};

/** A server makes the tenant, raises its limits and lets go of the store again; then it is filled without HTTP. */
export async function seedBookings(store: HoldfastStore, bookings: Bookings): Promise<void> {
  {
    await using server = await startHoldfastServer({ store, apiKey: apiKeyOf(0) });
    await setLimits(server.url, { platform_capacity_gb: greatestLimitGb, org_cap_gb: greatestLimitGb });
  }
  await book(store, bookings);
}

async function book(options: HoldfastStore, { count, intervalsOf }: Bookings): Promise<void> {
  const store = await openStore(options);
  try {
    const service = new Service(store, environment, settings);
    const caller = await service.authenticate(apiKeyOf(0));
    if (caller === undefined) throw new Error('The server has made no tenant.');
    let next = 0;
    const bookInTurn = async () => {
      while (next < count) {
        const body: unknown = JSON.parse(reserveRequest(intervalsOf(next)).body ?? '');
        next += 1;
        const { outcome } = await service.call({ operationId: 'reserveCapacity', caller, input: { body } });
        if (!outcome.ok) throw new Error(`Capacity could not be booked: ${JSON.stringify(outcome)}`);
      }
    };
    await Promise.all(Array.from({ length: callersAtOnce }, bookInTurn));
  } finally {
    await store.close();
  }
}
