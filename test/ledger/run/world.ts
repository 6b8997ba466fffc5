import { randomUUID } from 'node:crypto';

import { createCaller, defaultCapacitySettings, Service } from '@holdfast/engine';
import type { Answer, ServiceOptions, ServiceRequest, Store } from '@holdfast/engine';

import { createWorldEnvironment } from '../../programs/world-environment.ts';
import type { WorldStore } from '../../programs/world-stores.ts';
import type { CrashMoment } from '../program/program.ts';
import { KillableStore } from './killable-store.ts';

/** Far enough away that MongoDB, which deletes by the real time, never finds anything old. */
const startMs = Date.parse('2100-01-01T00:00:00Z');

const usualSettings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  // Longer than any program.
  eventHistoryMs: 100 * 365 * 86_400_000,
  requestTimeoutMs: 30_000,
};
const mostSweeps = 100;

export type SentRequest = Pick<ServiceRequest, 'operationId' | 'input' | 'idempotency'>;

/** A service with a clock that moves only when told, which can die and come back. */
export class World {
  readonly #caller = createCaller({
    tenantId: `tenant-${randomUUID()}`,
    environment: 'live',
    apiKeyLabel: 'program',
  });
  readonly #environment = createWorldEnvironment(() => this.#nowMs);
  readonly #worldStore: WorldStore;
  readonly #settings: ServiceOptions;
  #nowMs = startMs;
  #store: Store;
  #killable: KillableStore;
  #service: Service;

  /** @param mostSettledAtOnce - Undefined: as many as a server settles. */
  static async open(worldStore: WorldStore, mostSettledAtOnce?: number): Promise<World> {
    return new World(worldStore, await worldStore.open(), mostSettledAtOnce);
  }

  private constructor(worldStore: WorldStore, store: Store, mostSettledAtOnce: number | undefined) {
    this.#worldStore = worldStore;
    this.#store = store;
    this.#settings = { ...usualSettings, ...(mostSettledAtOnce === undefined ? {} : { mostSettledAtOnce }) };
    this.#killable = new KillableStore(store);
    this.#service = new Service(this.#killable.store, this.#environment, this.#settings);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  moveTo(ms: number): void {
    if (ms > this.#nowMs) this.#nowMs = ms;
  }

  call(request: SentRequest): Promise<Answer<unknown>> {
    return this.#service.call({ ...request, caller: this.#caller });
  }

  /** Sweeps until nothing is left to do, as a server does. */
  async sweep(): Promise<void> {
    let isMore = true;
    for (let round = 0; isMore; round += 1) {
      if (round === mostSweeps) throw new Error('The sweeper finds no end.');
      const report = await this.#service.sweep();
      if (report.failures.length > 0) throw report.failures[0];
      isMore = report.isMore;
    }
  }

  /** The process will die at that commit from now. */
  killAtCommit(number: number, moment: CrashMoment): void {
    this.#killable.killAtCommit(number, moment);
  }

  /** The process dies, and another one opens the store. */
  async crash(): Promise<void> {
    await this.close();
    this.#store = await this.#worldStore.open();
    this.#killable = new KillableStore(this.#store);
    this.#service = new Service(this.#killable.store, this.#environment, this.#settings);
  }

  async close(): Promise<void> {
    this.#killable.kill();
    await this.#worldStore.letGo(this.#store);
  }
}
