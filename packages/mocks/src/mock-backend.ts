import { operations } from '@holdfast/contract';
import type { CapacityServiceSettings } from '@holdfast/engine';
import type { WireAnswer, WireRequest } from '@holdfast/gateway';

import { readAccessSettings } from './access-settings.ts';
import type { AccessOptions, AccessSettings } from './access-settings.ts';
import { readCapacitySettings } from './capacity-settings.ts';
import { answerFailure } from './failure-answers.ts';
import type { NetworkError } from './failure-answers.ts';
import { PlannedFailures } from './failures.ts';
import type { FailNextOptions } from './failures.ts';
import { Latency } from './latency.ts';
import type { LatencyMs } from './latency.ts';
import type { MockClock } from './mock-clock.ts';
import { MockInstance } from './mock-instance.ts';
import { readProblemTypeBase } from './problem-type-base.ts';
import type { Seed, SeedResult } from './seed.ts';
import { createTimeSource } from './time-source.ts';
import type { TimeSource } from './time-source.ts';
import { toEpochMs, toMilliseconds } from './times.ts';
import type { Time } from './times.ts';
import { Turns } from './turns.ts';
import { WebhookReceivers } from './webhook-receivers.ts';
import type { WebhookReceiver } from './webhook-receivers.ts';

export interface BackendOptions extends AccessOptions, CapacityOptions {
  /** `manual` (default): time stands still until {@link MockClock.advance}. `system`: it passes by itself as well. */
  readonly clock?: 'manual' | 'system' | undefined;
  /** When a manual clock starts. Default `2026-01-01T00:00:00.000Z`. */
  readonly startAt?: Time | undefined;
  /** What there is at the start, and after each {@link HoldfastMock.reset}. */
  readonly seed?: Seed | undefined;
  /** Whether only registered names can be reserved, as a server can be told. Default false. */
  readonly requireRegistration?: boolean | undefined;
  /** The prefix of problem types below `/v1`. Default `https://api.quotastack.io/errors/`. */
  readonly problemTypeBase?: string | undefined;
  /** The latency of answers, in milliseconds. Default 0. */
  readonly latencyMs?: LatencyMs | undefined;
}

/** What capacity there is at the start and what it costs, until `PUT /v1/admin/capacity` says otherwise. */
export interface CapacityOptions {
  /** How much all tenants of one environment can reserve together, in GB. Default 4,096. */
  readonly platformCapacityGb?: number | undefined;
  /** How much one tenant can reserve, in GB. Default 1,024. */
  readonly orgCapGb?: number | undefined;
  /** What a reserved GB costs for an hour, in micro-dollars. Default 12,000. */
  readonly reservedMicrosPerGbHour?: number | undefined;
  /** What a GB that was used without being reserved costs for an hour, in micro-dollars. Default 60,000. */
  readonly onDemandMicrosPerGbHour?: number | undefined;
}

/** The mock without MSW: requests in, answers out, and all controls of a test. */
export class MockBackend {
  readonly clock: MockClock;
  readonly webhooks: WebhookReceivers;
  readonly #options: BackendOptions;
  readonly #access: AccessSettings;
  readonly #capacity: CapacityServiceSettings;
  readonly #time: TimeSource;
  readonly #turns = new Turns();
  readonly #failures = new PlannedFailures();
  readonly #latency = new Latency();
  #instance: MockInstance;
  /** Rejects if the seed of the options can't be planted. */
  #planted: Promise<unknown>;

  /** @param usualReceiver - Answers webhooks that no receiver of a test's does. Absent: nobody. */
  constructor(options: BackendOptions, usualReceiver?: WebhookReceiver) {
    this.#options = options;
    this.webhooks = new WebhookReceivers(usualReceiver);
    this.#time = createTimeSource(options);
    this.#access = readAccessSettings(options);
    this.#capacity = readCapacitySettings(options);
    this.#latency.set(options.latencyMs ?? 0);
    this.#instance = this.#createInstance();
    this.#planted = this.#plant();
    this.clock = this.#createClock();
  }

  /** Does what has become due, where time passes by itself. */
  tend(): Promise<void> {
    return this.#inTurn(() => Promise.resolve());
  }

  /** Rejects with the signal's reason if that aborts before the answer is due. The request has its effect at once. */
  async answer(request: WireRequest, signal?: AbortSignal): Promise<WireAnswer | NetworkError> {
    const answer = await this.#inTurn((instance) => this.#carryOut(instance, request));
    try {
      await this.#latency.wait(signal);
    } catch (error) {
      discard(answer);
      throw error;
    }
    return answer;
  }

  seed(seed: Seed): Promise<SeedResult> {
    return this.#inTurn((instance) => instance.seed(seed));
  }

  async reset(): Promise<void> {
    this.#failures.clear();
    this.#latency.set(this.#options.latencyMs ?? 0);
    this.webhooks.clear();
    void this.#turns.take(async () => {
      this.#instance.end();
      this.#time.reset();
      this.#instance = this.#createInstance();
    });
    this.#planted = this.#plant();
    await this.#planted;
  }

  failNext(options: FailNextOptions): void {
    this.#failures.plan(options);
  }

  latency(latencyMs: LatencyMs): void {
    this.#latency.set(latencyMs);
  }

  async #carryOut(instance: MockInstance, request: WireRequest): Promise<WireAnswer | NetworkError> {
    const { gateway } = instance;
    const resolved = gateway.resolve(request);
    const { operationId } = resolved;
    if (operationId === undefined) return gateway.carryOut(resolved);
    if (operations[operationId].family === 'administration') instance.noteAccessChange();
    const failure = this.#failures.take(operationId);
    if (failure === undefined) {
      const carryOut = () => gateway.carryOut(resolved);
      // It waits for a receiver of the test's, which may ask for something meanwhile.
      return operationId === 'testWebhookEndpoint' ? this.#turns.lend(carryOut) : carryOut();
    }
    if (failure.after) discard(await gateway.carryOut(resolved));
    return answerFailure(failure, operationId, resolved, gateway);
  }

  #createInstance(): MockInstance {
    const { requireRegistration = false } = this.#options;
    const problemTypeBase = readProblemTypeBase(this.#options.problemTypeBase);
    return new MockInstance({
      startAtMs: this.#time.now(),
      access: this.#access,
      requireRegistration,
      capacity: this.#capacity,
      problemTypeBase,
      webhooks: this.webhooks,
    });
  }

  #plant(): Promise<unknown> {
    const planted = this.#turns.take(async () => {
      await this.#instance.begin();
      await this.#instance.seed(this.#options.seed ?? {});
      await this.#instance.tend();
    });
    // The first request reports it; until then it is no unhandled rejection.
    planted.catch(() => undefined);
    return planted;
  }

  #createClock(): MockClock {
    const advance = (toLength: (nowMs: number) => number) =>
      this.#inTurn(async (instance) => {
        if (this.#turns.isLent) throw new Error('A receiver of webhooks is waited for: it must not move the clock.');
        this.#time.advance(toLength(this.#time.now()));
        await instance.advance(this.#time.now(), (receivers) => this.#turns.lend(receivers));
      });
    return {
      now: () => (this.#turns.isLent ? this.#instance.nowMs : this.#time.now()),
      async advance(by) {
        const milliseconds = toMilliseconds(by);
        await advance(() => milliseconds);
      },
      async set(to) {
        const toMs = toEpochMs(to);
        await advance((nowMs) => {
          if (toMs < nowMs) throw new RangeError('That time is over: the clock never runs backwards.');
          return toMs - nowMs;
        });
      },
    };
  }

  /** Runs a task after all earlier ones, at the time of its turn; where that is lent, at the time of whoever lends it. */
  async #inTurn<Result>(task: (instance: MockInstance) => Promise<Result>): Promise<Result> {
    const planted = this.#planted;
    return this.#turns.take(async () => {
      await planted;
      const instance = this.#instance;
      if (!this.#turns.isLent) await instance.settle(this.#time.now());
      const result = await task(instance);
      await instance.tend();
      return result;
    });
  }
}

/** Nobody is going to read it. */
function discard(answer: WireAnswer | NetworkError): void {
  if (answer !== 'networkError' && typeof answer.body !== 'string') void answer.body.cancel();
}
