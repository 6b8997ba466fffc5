import { get, write } from '../family.ts';
import type { RestingWorld } from '../family.ts';
import type { IssuedKey } from './commands.ts';
import { fixedKeys, platformKey } from './objects.ts';

/** By when all processes have to know of a change. */
const surelyKnownMs = 5_000;

const look = (apiKey: string) => get(apiKey, { operationId: 'listReservations', query: { limit: 'nonsense' } });

/**
 * Has every process know a key, changes it, and shows it to every process, at once and when all have to know. Whoever
 * watches sees what is wrong with the answers.
 */
export async function spreadChanges(world: RestingWorld): Promise<void> {
  const { ask } = world;
  const body = { tenant_id: 'halted', environment: 'live', label: 'last' };
  const { id, api_key: first } = await ask<IssuedKey>(write(platformKey, { operationId: 'createApiKey', body }));
  const path = { api_key_id: id };
  const rotation = write(platformKey, { operationId: 'rotateApiKey', path, body: {} });
  const suspend = (suspended: boolean) =>
    write(platformKey, { operationId: 'updateTenant', path: { tenant_id: 'halted' }, body: { suspended } });
  await ask(suspend(false));
  await showEverywhere(world, first!);
  const { api_key: second } = await ask<IssuedKey>(rotation);
  for (const change of [suspend(true), suspend(false), write(platformKey, { operationId: 'revokeApiKey', path })]) {
    for (const apiKey of [first!, second!, fixedKeys.halted]) await showEverywhere(world, apiKey);
    await world.sleep(surelyKnownMs);
    for (const apiKey of [first!, second!, fixedKeys.halted]) await showEverywhere(world, apiKey);
    await ask(change);
  }
  await showEverywhere(world, second!);
  await world.sleep(surelyKnownMs);
  await showEverywhere(world, second!);
}

async function showEverywhere(world: RestingWorld, apiKey: string): Promise<void> {
  for (let process = 0; process < world.processCount; process += 1) await world.send(process, look(apiKey));
}
