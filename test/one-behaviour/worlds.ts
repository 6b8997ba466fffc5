import type { TargetName } from '../targets/target.ts';
import type { Common, PlainRequest } from './family.ts';
import { toSent } from './requests.ts';
import { createMocksPlayer } from './world-mocks.ts';
import { StageServer } from './world-server.ts';
import { createTenant, send, startMs } from './world.ts';
import type { Scene, Tenant } from './world.ts';

/**
 * Targets side by side, for one scene at a time: servers that share one clock, each with a store of its own, and
 * mocks that are made anew for each scene. All are given the same tenants at the same time, so that even times, ids
 * of events, fencing tokens and cursors can be compared to the letter.
 */
export class Stage {
  readonly #servers: readonly StageServer[];
  readonly #hasMocks: boolean;
  readonly #time: { nowMs: number };
  #tenantsGiven = 0;

  private constructor(servers: readonly StageServer[], hasMocks: boolean, time: { nowMs: number }) {
    this.#servers = servers;
    this.#hasMocks = hasMocks;
    this.#time = time;
  }

  static async open(targets: readonly TargetName[]): Promise<Stage> {
    const time = { nowMs: startMs };
    const stores = targets.filter((name) => name !== 'mocks');
    const servers = await Promise.all(stores.map((name) => StageServer.start(name, () => time.nowMs)));
    return new Stage(servers, targets.includes('mocks'), time);
  }

  /** @param common - What the scene's tenants have in common with those of earlier scenes as well. */
  async openScene(tenantCount: number, common?: Common): Promise<Scene> {
    const isFirst = this.#tenantsGiven === 0;
    const sceneStartMs = isFirst || common === undefined ? startMs : startAfter(this.#time.nowMs);
    this.#time.nowMs = sceneStartMs;
    const tenants = Array.from({ length: tenantCount }, () => createTenant((this.#tenantsGiven += 1)));
    const keys = tenants.flatMap((tenant) => Object.values(tenant));
    await Promise.all(this.#servers.map((server) => server.admit(keys)));
    for (const request of common?.resets ?? []) await this.#reset(request, tenants);
    const mocks = this.#hasMocks ? [createMocksPlayer(keys, sceneStartMs)] : [];
    return {
      tenants,
      players: [...mocks, ...this.#servers.map(({ player }) => player)],
      now: () => this.#time.nowMs,
      setClock: (nowMs) => {
        this.#time.nowMs = nowMs;
      },
    };
  }

  async #reset(request: PlainRequest, [tenant]: readonly Tenant[]): Promise<void> {
    const keys = tenant === undefined ? [] : [tenant.live.apiKey, tenant.test.apiKey];
    const requests = keys.map((apiKey) => toSent(request, apiKey));
    const resetting = this.#servers.flatMap(({ player }) => requests.map((each) => send(player, each)));
    const refused = (await Promise.all(resetting)).find(({ response }) => !response.ok);
    if (refused !== undefined) throw new Error(`A scene could not be made ready: ${refused.text}`);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.dispose()));
  }
}

const dayMs = 86_400_000;
const mostDaysReached = 100;

/** A midnight after all that earlier scenes can have had anything to do with. */
function startAfter(nowMs: number): number {
  return (Math.ceil(nowMs / dayMs) + mostDaysReached) * dayMs;
}
