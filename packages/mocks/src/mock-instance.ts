import { recordKinds, Service } from '@holdfast/engine';
import type { CapacityServiceSettings, Store } from '@holdfast/engine';
import { admitKnown, Gateway } from '@holdfast/gateway';
import type { GatewayOptions } from '@holdfast/gateway';
import { createMemoryStore } from '@holdfast/store-memory';

import type { AccessSettings } from './access-settings.ts';
import { MockAccess } from './mock-access.ts';
import { createMockEnvironment } from './mock-environment.ts';
import { plant } from './seed.ts';
import type { Seed, SeedResult } from './seed.ts';
import { createTokenSource } from './token-source.ts';

export interface InstanceOptions {
  /** Epoch milliseconds. */
  readonly startAtMs: number;
  readonly access: AccessSettings;
  readonly requireRegistration: boolean;
  readonly capacity: CapacityServiceSettings;
  readonly problemTypeBase: string;
}

/** The server's default. */
const eventHistoryMs = 90 * 24 * 60 * 60 * 1_000;
const requestTimeoutMs = 10_000;

const dueKinds = recordKinds.filter(({ dueField }) => dueField !== undefined);

/** The server's engine and gateway on a fresh store. It lives from one reset to the next. */
export class MockInstance {
  readonly #options: InstanceOptions;
  readonly #store: Store = createMemoryStore({ kinds: recordKinds });
  readonly #service: Service;
  readonly #access: MockAccess;
  readonly #environment = createMockEnvironment(() => this.#nowMs, createTokenSource('token'));
  #nowMs: number;

  readonly gateway: Gateway;

  constructor(options: InstanceOptions) {
    const { startAtMs, requireRegistration, capacity, access } = options;
    this.#options = options;
    this.#nowMs = startAtMs;
    this.#service = new Service(this.#store, this.#environment, {
      ...capacity,
      requireRegistration,
      eventHistoryMs,
      requestTimeoutMs,
    });
    this.#access = new MockAccess(this.#service, access);
    // Request ids have their own source, so that an extra read doesn't change the next token.
    this.gateway = this.#createGateway(createTokenSource('request'), { access: this.#access, service: this.#access });
  }

  /** Creates what a new server has, and the tenants and keys of the options. */
  begin(): Promise<void> {
    return this.#access.begin();
  }

  /** Seeds, at the present time. It counts against no limit. */
  seed(seed: Seed): Promise<SeedResult> {
    const access = admitKnown(() => this.#options.access.seeder);
    const gateway = this.#createGateway(createTokenSource('seed'), { access, service: this.#service });
    return plant(seed, (request) => gateway.answer(request));
  }

  /** Advances the time to `untilMs`. What lapses on the way is announced at its own time. */
  async settle(untilMs: number): Promise<void> {
    if (untilMs <= this.#nowMs) return;
    let dueMs = await this.#nextDueMs(untilMs);
    while (dueMs !== undefined) {
      this.#nowMs = Math.max(this.#nowMs, dueMs);
      await this.#sweep();
      const nextDueMs = await this.#nextDueMs(untilMs);
      if (nextDueMs !== undefined && nextDueMs <= dueMs) throw new Error('A sweep left something that was due.');
      dueMs = nextDueMs;
    }
    this.#nowMs = untilMs;
    await this.#sweep();
  }

  /** Ends streams that nobody may read any more, and has those that are silent get a comment, by the mock's time. */
  tend(): Promise<void> {
    return this.gateway.tendStreams(this.#nowMs);
  }

  /** Ends all streams. */
  end(): Promise<void> {
    return this.#service.events.end('stopping');
  }

  async #sweep(): Promise<void> {
    let isMore = true;
    while (isMore) {
      const report = await this.#service.sweep();
      if (report.failures.length > 0) throw report.failures[0];
      isMore = report.isMore;
    }
  }

  async #nextDueMs(untilMs: number): Promise<number | undefined> {
    const due = await Promise.all(dueKinds.map((kind) => this.#store.due(kind, untilMs, 1)));
    const [first, ...others] = due.flat().map(({ dueAtMs }) => dueAtMs);
    return first === undefined ? undefined : Math.min(first, ...others);
  }

  #createGateway(newToken: () => string, parts: Pick<GatewayOptions, 'access' | 'service'>): Gateway {
    return new Gateway({
      ...parts,
      environment: { newToken, sha256: (text) => this.#environment.sha256(text) },
      onError: (error, requestId) => console.error(`@holdfast/mocks failed at the request ${requestId}:`, error),
      problemTypeBase: this.#options.problemTypeBase,
    });
  }
}
