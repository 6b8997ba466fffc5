import type { TargetName } from '../targets/target.ts';
import { createMocksPlayer } from './mocks-player.ts';
import { createTenant, startMs } from './scene.ts';
import type { Scene } from './scene.ts';
import { StageServer } from './stage-server.ts';

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

  async openScene(tenantCount: number): Promise<Scene> {
    this.#time.nowMs = startMs;
    const tenants = Array.from({ length: tenantCount }, () => createTenant((this.#tenantsGiven += 1)));
    const keys = tenants.flatMap((tenant) => Object.values(tenant));
    await Promise.all(this.#servers.map((server) => server.admit(keys)));
    const mocks = this.#hasMocks ? [createMocksPlayer(keys)] : [];
    return {
      tenants,
      players: [...mocks, ...this.#servers.map(({ player }) => player)],
      now: () => this.#time.nowMs,
      setClock: (nowMs) => {
        this.#time.nowMs = nowMs;
      },
    };
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.dispose()));
  }
}
