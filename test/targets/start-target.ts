import { createFreshStore } from './create-fresh-store.ts';
import { startMocksTarget } from './mocks-target.ts';
import { startServerTarget } from './server-target.ts';
import type { Target, TargetName } from './target.ts';

/** Starts a target with nothing in it. */
export async function startTarget(name: TargetName): Promise<Target> {
  return name === 'mocks' ? startMocksTarget() : startServerTarget(await createFreshStore(name));
}
