import { apiKeyOf } from '../holdfast/api-key.ts';
import { startHoldfastServer } from '../holdfast/holdfast-server.ts';
import type { HoldfastStore } from '../holdfast/holdfast-server.ts';
import { seedDirectly } from '../holdfast/seed-directly.ts';
import { greatestLimitGb, reserveRequest, setLimits } from './capacity-api.ts';

export interface Bookings {
  readonly count: number;
  /** The intervals of the booking with this number. */
  intervalsOf(number: number): readonly number[];
}

/** A server makes the tenant, raises its limits and lets go of the store again; then it is filled without HTTP. */
export async function seedBookings(store: HoldfastStore, { count, intervalsOf }: Bookings): Promise<void> {
  {
    await using server = await startHoldfastServer({ store, apiKey: apiKeyOf(0) });
    await setLimits(server.url, { platform_capacity_gb: greatestLimitGb, org_cap_gb: greatestLimitGb });
  }
  const bodyOf = (number: number) => reserveRequest(intervalsOf(number)).body;
  await seedDirectly(store, { operationId: 'reserveCapacity', count, bodyOf });
}
