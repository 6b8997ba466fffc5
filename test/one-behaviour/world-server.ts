import { addApiKeys } from '../targets/add-api-keys.ts';
import type { OwnedKey } from '../targets/add-api-keys.ts';
import { createFreshStore } from '../targets/create-fresh-store.ts';
import type { StoreName } from '../targets/create-fresh-store.ts';
import type { FreshStore } from '../targets/fresh-stores.ts';
import { startServerTarget } from '../targets/server-target.ts';
import type { ServerTarget } from '../targets/server-target.ts';
import { SweepGate } from '../targets/sweep-gate.ts';
import { createHttpClient } from './http-client.ts';
import type { HttpClient } from './http-client.ts';
import type { WorldTarget } from './world.ts';

/** A server on a store of its own, in one world after the other. */
export class WorldServer {
  /** Always the same one: worlds differ in nothing but their tenants. */
  readonly target: WorldTarget;
  readonly #server: ServerTarget;
  readonly #client: HttpClient;
  readonly #fresh: FreshStore;

  private constructor(name: StoreName, server: ServerTarget, fresh: FreshStore, gate: SweepGate) {
    const client = createHttpClient(server.url);
    this.#server = server;
    this.#client = client;
    this.#fresh = fresh;
    this.target = {
      name,
      send: (path, options) => client.send(path, options),
      arrive: async () => {},
      sweep: () => gate.whileOpen(() => server.sweep()),
      idle: () => server.idle(),
    };
  }

  static async start(name: StoreName, now: () => number): Promise<WorldServer> {
    const fresh = await createFreshStore(name);
    const gate = new SweepGate(fresh.store);
    // What breaks the contract is found by whoever gets the answer.
    const options = { clock: { now, advance: async () => {} }, mostSettledAtOnce: 2 };
    const server = await startServerTarget({ store: gate.store, dispose: () => fresh.dispose() }, options);
    return new WorldServer(name, server, fresh, gate);
  }

  async admit(keys: readonly OwnedKey[], nowMs: number): Promise<void> {
    await addApiKeys(this.#fresh.store, keys, nowMs);
  }

  async dispose(): Promise<void> {
    this.#client.dispose();
    await this.#server.dispose();
  }
}
