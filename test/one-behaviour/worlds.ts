import type { TargetName } from '../targets/target.ts';
import type { Common, PlainRequest } from './family.ts';
import { toSent } from './requests.ts';
import { createWorldMocks } from './world-mocks.ts';
import { WorldServer } from './world-server.ts';
import { createTenant, send, startMs } from './world.ts';
import type { World, Tenant } from './world.ts';

/**
 * One world after the other. In each there are servers, which share one clock and have a store each for all worlds, and
 * mocks, which are made anew. All are given the same tenants at the same time, so that even times, ids
 * of events, fencing tokens and cursors can be compared to the letter.
 */
export class Worlds {
  readonly #servers: readonly WorldServer[];
  readonly #hasMocks: boolean;
  readonly #time: { nowMs: number };
  #tenantsGiven = 0;

  private constructor(servers: readonly WorldServer[], hasMocks: boolean, time: { nowMs: number }) {
    this.#servers = servers;
    this.#hasMocks = hasMocks;
    this.#time = time;
  }

  static async start(targets: readonly TargetName[]): Promise<Worlds> {
    const time = { nowMs: startMs };
    const stores = targets.filter((name) => name !== 'mocks');
    const servers = await Promise.all(stores.map((name) => WorldServer.start(name, () => time.nowMs)));
    return new Worlds(servers, targets.includes('mocks'), time);
  }

  /** @param common - What the world's tenants have in common with those of earlier worlds as well. */
  async open(tenantCount: number, common?: Common): Promise<World> {
    const isFirst = this.#tenantsGiven === 0;
    const worldStartMs = isFirst || common === undefined ? startMs : startAfter(this.#time.nowMs);
    this.#time.nowMs = worldStartMs;
    const tenants = Array.from({ length: tenantCount }, () => createTenant((this.#tenantsGiven += 1)));
    const keys = tenants.flatMap((tenant) => Object.values(tenant));
    await Promise.all(this.#servers.map((server) => server.admit(keys, worldStartMs)));
    for (const request of common?.resets ?? []) await this.#reset(request, tenants);
    const mocks = this.#hasMocks ? [createWorldMocks(keys, worldStartMs)] : [];
    return {
      tenants,
      targets: [...mocks, ...this.#servers.map(({ target }) => target)],
      now: () => this.#time.nowMs,
      setClock: (nowMs) => {
        this.#time.nowMs = nowMs;
      },
    };
  }

  async #reset(request: PlainRequest, [tenant]: readonly Tenant[]): Promise<void> {
    const keys = tenant === undefined ? [] : [tenant.live.apiKey, tenant.test.apiKey];
    const requests = keys.map((apiKey) => toSent(request, apiKey));
    const resetting = this.#servers.flatMap(({ target }) => requests.map((each) => send(target, each)));
    const refused = (await Promise.all(resetting)).find(({ response }) => !response.ok);
    if (refused !== undefined) throw new Error(`A world could not be made ready: ${refused.text}`);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.dispose()));
  }
}

const dayMs = 86_400_000;
const mostDaysReached = 100;

/** A midnight after all that earlier worlds can have had anything to do with. */
function startAfter(nowMs: number): number {
  return (Math.ceil(nowMs / dayMs) + mostDaysReached) * dayMs;
}
