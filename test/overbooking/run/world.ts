import { createCaller, defaultCapacitySettings, seedCapacity, Service } from '@holdfast/engine';
import type { Outcome, Store } from '@holdfast/engine';

import { createWorldEnvironment } from '../../programs/world-environment.ts';
import type { WorldStore } from '../../programs/world-stores.ts';
import { toIntervals, toTime } from '../model/predict.ts';
import type { LimitChange, Request, IntervalRange } from '../model/request.ts';
import { observersCap, settings, startMs, unusedInterval } from '../program/intervals.ts';

/** A process that was started with other limits goes by the store's, which the first one seeded. */
const otherSettings = { platformCapacityGb: 1_000_000, orgCapGb: 1_000_000 };

const options = {
  ...defaultCapacitySettings,
  ...settings,
  requireRegistration: false,
  eventHistoryMs: 1_000,
  requestTimeoutMs: 30_000,
};

type Call = Pick<Parameters<Service['call']>[0], 'operationId' | 'input'>;

/**
 * Services as several processes have them, over one store and with one clock that moves only when told. SQLite's file
 * belongs to one process, so they share what has opened it.
 */
export class World {
  nowMs = startMs;
  readonly #worldStore: WorldStore;
  readonly #store: Store;
  readonly #services: readonly Service[];

  static async open(worldStore: WorldStore, processCount: number): Promise<World> {
    const world = new World(worldStore, await worldStore.open(), processCount);
    const [first] = world.#services;
    if (first !== undefined) await seedCapacity(first);
    await world.send({ type: 'limits', change: observersCap }, 0);
    if (processCount > 1) await world.#warmUp(processCount);
    return world;
  }

  private constructor(worldStore: WorldStore, store: Store, processCount: number) {
    this.#worldStore = worldStore;
    this.#store = store;
    const environment = createWorldEnvironment(() => this.nowMs);
    this.#services = Array.from({ length: processCount }, (_, process) => {
      return new Service(store, environment, process === 0 ? options : { ...options, ...otherSettings });
    });
  }

  /**
   * Has each process book something that matters to nobody. Until it has, it can't tell whether what another one did in
   * the same millisecond was before a request arrived or since; a process that is alone always can.
   */
  async #warmUp(processCount: number): Promise<void> {
    const demands = [{ interval: unusedInterval, capacityGb: 4 }];
    for (let process = 0; process < processCount; process += 1) {
      const outcome = await this.send({ type: 'reserve', org: 'early-bird', demands }, process);
      if (!outcome.ok) throw new Error(`No process could be warmed up: ${JSON.stringify(outcome)}`);
    }
  }

  /** @param process - Any number: which of the processes is asked. */
  async send(request: Request, process: number): Promise<Outcome<unknown>> {
    const service = this.#services[process % this.#services.length] as Service;
    const tenantId = request.type === 'limits' ? 'admins' : request.org;
    const caller = createCaller({ tenantId, environment: 'live', apiKeyLabel: 'program' });
    return (await service.call({ ...toCall(request), caller })).outcome;
  }

  /** Every reservation of an org, newest first. */
  async list(
    org: string,
  ): Promise<readonly { readonly reservationId: string; readonly intervals: readonly object[] }[]> {
    const caller = createCaller({ tenantId: org, environment: 'live', apiKeyLabel: 'program' });
    const query = { from: new Date(startMs).toISOString(), to: new Date(this.nowMs + 1).toISOString(), limit: 200 };
    const rows = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const input = { query: cursor === undefined ? query : { ...query, cursor } };
      const { outcome } = await this.#services[0]!.call({ operationId: 'listCapacityReservations', caller, input });
      if (!outcome.ok) throw new Error(JSON.stringify(outcome));
      const page = outcome.value as { reservations: Awaited<ReturnType<World['list']>>; nextCursor: string | null };
      rows.push(...page.reservations);
      cursor = page.nextCursor;
    }
    return rows;
  }

  async close(): Promise<void> {
    for (const service of this.#services) await service.idle();
    await this.#worldStore.letGo(this.#store);
    await this.#worldStore.dispose();
  }
}

function toCall(request: Request): Call {
  switch (request.type) {
    case 'reserve':
      return { operationId: 'reserveCapacity', input: { body: { intervals: toIntervals(request.demands) } } };
    case 'quote':
      return { operationId: 'quoteCapacity', input: { body: { intervals: toIntervals(request.demands) } } };
    case 'calendar':
      return { operationId: 'getCapacityCalendar', input: { query: toTimes(request.range) } };
    case 'windows': {
      const { range, length, capacityGb } = request;
      return {
        operationId: 'findCapacityWindows',
        input: { query: { ...toTimes(range), durationMinutes: length * 15, capacityGb } },
      };
    }
    case 'limits':
      return { operationId: 'updateCapacityLimits', input: { body: toBody(request.change) } };
  }
}

function toBody({ tenant, platformGb, orgGb, range }: LimitChange): object {
  return {
    ...(platformGb !== undefined && { platform_capacity_gb: platformGb }),
    ...(orgGb !== undefined && { org_cap_gb: orgGb }),
    ...(tenant !== undefined && { tenant_id: tenant }),
    ...(range !== undefined && toTimes(range)),
  };
}

function toTimes({ fromInterval, toInterval }: IntervalRange) {
  return { from: toTime(fromInterval), to: toTime(toInterval) };
}
