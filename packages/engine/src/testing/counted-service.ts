import { createMemoryStore } from '@holdfast/store-memory';

import { createCaller } from '../caller.ts';
import type { Caller } from '../caller.ts';
import { defaultCapacitySettings } from '../capacity/settings.ts';
import { recordKinds } from '../families.ts';
import { Service } from '../service.ts';
import type { ServiceRequest } from '../service.ts';
import type { ReadRequest, Store } from '../store.ts';
import { farAway } from './far-store.ts';
import { TestEnvironment } from './test-environment.ts';

const unlimited = createCaller({ tenantId: 't', environment: 'live', apiKeyLabel: 'key' });
const settings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  eventHistoryMs: 1_000,
  requestTimeoutMs: 10_000,
};

/** A service on a store as far away as a database, which counts round trips. */
export class CountedService {
  readonly environment = new TestEnvironment();
  readonly #service: Service;
  readonly #caller: Caller;
  #rounds = 0;

  constructor(limits: Partial<Caller['limits']> = {}) {
    this.#caller = { ...unlimited, limits: { ...unlimited.limits, ...limits } };
    const store = farAway(createMemoryStore({ kinds: recordKinds }));
    const read = (request: ReadRequest) => {
      this.#rounds += 1;
      return store.read(request);
    };
    const counted = new Proxy(store, {
      get: (target, name) => {
        const member: unknown = name === 'read' ? read : target[name as keyof Store];
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    this.#service = new Service(counted, this.environment, settings);
  }

  /** Carries out an operation, which must not be refused; how many rounds it took, and its result. */
  async call<Result>(
    operationId: ServiceRequest['operationId'],
    input: ServiceRequest['input'],
  ): Promise<{ rounds: number; value: Result }> {
    const before = this.#rounds;
    const { outcome } = await this.#service.call({ operationId, caller: this.#caller, input });
    if (!outcome.ok) throw new Error(outcome.message);
    return { rounds: this.#rounds - before, value: outcome.value as Result };
  }
}
