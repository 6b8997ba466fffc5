import { createFreshStore } from './create-fresh-store.ts';
import type { StoreName } from './create-fresh-store.ts';
import { startMocksTarget } from './mocks-target.ts';
import { startServerTarget } from './server-target.ts';
import type { ServerTargetOptions } from './server-target.ts';
import { StoreCalls } from './store-calls.ts';
import { SweepGate } from './sweep-gate.ts';
import type { Target, TargetName } from './target.ts';

/** Starts a target with nothing in it. */
export async function startTarget(name: TargetName, options: ServerTargetOptions = {}): Promise<Target> {
  return name === 'mocks' ? startMocksTarget() : startServer(name, options);
}

/** A server that sweeps only when it is told to, so that a test can tell what is so before the sweep, and what after. */
async function startServer(name: StoreName, options: ServerTargetOptions): Promise<Target> {
  const { store, dispose } = await createFreshStore(name);
  const gate = new SweepGate(store);
  const calls = new StoreCalls(gate.store);
  const server = await startServerTarget({ store: calls.store, dispose }, options);
  return { ...server, sweep: () => gate.whileOpen(() => server.sweep()), storeCalls: () => calls.count };
}
