import { defaultCapacitySettings, Service } from '@holdfast/engine';
import type { Outcome, Store } from '@holdfast/engine';

import { createStoryEnvironment } from '../../programs/world-environment.ts';
import type { StoryStore } from '../../programs/world-stores.ts';
import { toIntervals, toTime } from '../model/predict.ts';
import type { LimitChange, Request, IntervalRange } from '../model/request.ts';
import { onlookersCap, settings, startMs, unusedInterval } from '../program/intervals.ts';

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
export class Stage {
  nowMs = startMs;
  readonly #storyStore: StoryStore;
  readonly #store: Store;
  readonly #services: readonly Service[];

  static async open(storyStore: StoryStore, processCount: number): Promise<Stage> {
    const stage = new Stage(storyStore, await storyStore.open(), processCount);
    await stage.#services[0]?.seedCapacity();
    await stage.send({ type: 'limits', change: onlookersCap }, 0);
    if (processCount > 1) await stage.#warmUp(processCount);
    return stage;
  }

  private constructor(storyStore: StoryStore, store: Store, processCount: number) {
    this.#storyStore = storyStore;
    this.#store = store;
    const environment = createStoryEnvironment(() => this.nowMs);
    this.#services = Array.from({ length: processCount }, (_, process) => {
      return new Service(store, environment, process === 0 ? options : { ...options, ...otherSettings });
    });
  }

  /**
   * Has each process book something that matters to nobody. Until it has, it can't tell whether what another one did in
   * the same millisecond was before a request arrived or since; a process that is alone always can.
   */
  async #warmUp(processCount: number): Promise<void> {
    const wishes = [{ interval: unusedInterval, capacityGb: 4 }];
    for (let process = 0; process < processCount; process += 1) {
      const outcome = await this.send({ type: 'reserve', org: 'early-bird', wishes }, process);
      if (!outcome.ok) throw new Error(`No process could be warmed up: ${JSON.stringify(outcome)}`);
    }
  }

  /** @param process - Any number: which of the processes is asked. */
  async send(request: Request, process: number): Promise<Outcome<unknown>> {
    const service = this.#services[process % this.#services.length] as Service;
    const tenantId = request.type === 'limits' ? 'admins' : request.org;
    const caller = { tenantId, environment: 'live', apiKeyLabel: 'story', isAdmin: true } as const;
    return (await service.call({ ...toCall(request), caller })).outcome;
  }

  /** Every reservation of an org, newest first. */
  async list(
    org: string,
  ): Promise<readonly { readonly reservationId: string; readonly intervals: readonly object[] }[]> {
    const caller = { tenantId: org, environment: 'live', apiKeyLabel: 'story', isAdmin: false } as const;
    const query = { from: new Date(startMs).toISOString(), to: new Date(this.nowMs + 1).toISOString(), limit: 200 };
    const rows = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const input = { query: cursor === undefined ? query : { ...query, cursor } };
      const { outcome } = await this.#services[0]!.call({ operationId: 'listCapacityReservations', caller, input });
      if (!outcome.ok) throw new Error(JSON.stringify(outcome));
      const page = outcome.value as { reservations: Awaited<ReturnType<Stage['list']>>; nextCursor: string | null };
      rows.push(...page.reservations);
      cursor = page.nextCursor;
    }
    return rows;
  }

  async close(): Promise<void> {
    for (const service of this.#services) await service.idle();
    await this.#storyStore.letGo(this.#store);
    await this.#storyStore.dispose();
  }
}

function toCall(request: Request): Call {
  switch (request.type) {
    case 'reserve':
      return { operationId: 'reserveCapacity', input: { body: { intervals: toIntervals(request.wishes) } } };
    case 'quote':
      return { operationId: 'quoteCapacity', input: { body: { intervals: toIntervals(request.wishes) } } };
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
