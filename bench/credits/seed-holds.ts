import type { HoldfastStore } from '../holdfast/holdfast-server.ts';
import { seedDirectly } from '../holdfast/seed-directly.ts';
import { customerOf, holdRequest } from './credits-api.ts';

const secondsPerDay = 86_400;

/** Makes holds of the hot customer that live for a day, in a store that no server has open. */
export async function seedHolds(store: HoldfastStore, count: number): Promise<void> {
  const { body } = holdRequest(customerOf(0), undefined, secondsPerDay);
  await seedDirectly(store, { operationId: 'createHold', count, bodyOf: () => body });
}
