import { hash } from 'node:crypto';

import { defaultCapacitySettings, Service, StoreUnavailable } from '@holdfast/engine';
import type { Caller, Environment } from '@holdfast/engine';
import { admitKnown, Gateway } from '@holdfast/gateway';
import type { GatewayAccess, GatewayAnswer, WireRequest } from '@holdfast/gateway';

import type { SeededRandom } from '../../faults/seeded-random.ts';
import type { Admissions } from '../access/admissions.ts';
import { SimulatedStore } from '../store/simulated-store.ts';
import type { SharedStore } from '../store/simulated-store.ts';
import type { Faults } from './faults.ts';
import { createOwner } from './scheduler.ts';
import type { Owner, Scheduler } from './scheduler.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { Trace } from './trace.ts';

export interface ProcessParts {
  readonly number: number;
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly faults: Faults;
  readonly clock: SimulatedClock;
  readonly shared: SharedStore;
  readonly trace: Trace;
  /** How long it is busy between two looks at its clock at most, in milliseconds. */
  readonly busyMs: number;
  /** Told of everybody who is let in, if keys are looked up and limits are counted. */
  readonly admissions: Admissions | undefined;
  /** Who an API key belongs to otherwise. */
  authenticate(apiKey: string): Caller | undefined;
  /** Told of what nobody foresaw. */
  onError(error: unknown): void;
}

export const requestTimeoutMs = 2_000;

const settings = {
  ...defaultCapacitySettings,
  requireRegistration: false,
  eventHistoryMs: 86_400_000,
  requestTimeoutMs,
};

const sweepEveryMs = 500;
const tendEveryMs = 250;

/** A process of the server, from its start until it dies. */
export class SimulatedProcess {
  readonly owner: Owner;
  readonly service: Service;
  readonly #gateway: Gateway;
  readonly #parts: ProcessParts;
  #losesRequests = false;

  /** @param start - How often it was started before. */
  constructor(parts: ProcessParts, start: number) {
    const { number, shared, scheduler, random, faults, trace } = parts;
    this.#parts = parts;
    this.owner = createOwner(start === 0 ? `p${number}` : `p${number}.${start}`);
    const user = { number, owner: this.owner, hasLostRequests: () => this.#losesRequests };
    const store = new SimulatedStore(shared, user, { scheduler, random, faults, trace });
    const environment = createEnvironment(parts, this.owner);
    this.service = new Service(store, environment, settings);
    this.#gateway = new Gateway({
      service: this.service,
      environment,
      access: this.#accessOf(parts),
      onError: (error) => {
        if (!(error instanceof StoreUnavailable)) parts.onError(error);
      },
    });
  }

  answer(request: WireRequest): Promise<GatewayAnswer> {
    return this.#gateway.answer(request);
  }

  /** Nobody hears of it any more. */
  die(losesRequests: boolean): void {
    this.owner.isDead = true;
    this.#losesRequests = losesRequests;
  }

  /** As long as it lives, does what a server does by itself. */
  run(): void {
    void this.#sweepAlways();
    if (this.#parts.admissions !== undefined) void this.tendAlways();
  }

  /** As long as it lives, hears of changed keys and gives back what it doesn't use of limits. */
  async tendAlways(): Promise<void> {
    const { scheduler, onError } = this.#parts;
    const attempt = async (work: () => Promise<void>) => {
      await work().catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) onError(error);
      });
    };
    await attempt(() => this.service.access.begin());
    for (;;) {
      await scheduler.sleep(tendEveryMs, this.owner, 'tends');
      await attempt(() => this.service.access.tend());
    }
  }

  #accessOf({ admissions, authenticate, clock, scheduler }: ProcessParts): GatewayAccess {
    const known = admitKnown(authenticate);
    if (admissions === undefined) return known;
    const { access } = this.service;
    return {
      cannotBeKey: (apiKey) => access.cannotBeKey(apiKey),
      authenticate: (apiKey) => access.authenticate(apiKey, undefined),
      authenticateJwt: known.authenticateJwt,
      limits: {
        admit: async (caller, kind) => {
          const admission = await access.limits.admit(caller, kind);
          admissions.note(this.owner, caller, admission, clock.read(Math.max(scheduler.nowMs, this.owner.busyUntilMs)));
          return admission;
        },
      },
    };
  }

  async #sweepAlways(): Promise<void> {
    const { scheduler, faults, onError } = this.#parts;
    for (;;) {
      await scheduler.sleep(sweepEveryMs * (0.8 + 0.4 * this.#parts.random.fraction()), this.owner, 'sweeps');
      if (faults.at('noSweep', scheduler.nowMs) !== undefined) continue;
      const { failures } = await this.service.sweep();
      for (const failure of failures) if (!(failure instanceof StoreUnavailable)) onError(failure);
    }
  }
}

function createEnvironment({ scheduler, random, clock, busyMs }: ProcessParts, owner: Owner): Environment {
  /** Within what happens at one moment of the world, it is later each time that the process looks. */
  const elapsedMs = () => Math.max(scheduler.nowMs, owner.busyUntilMs);
  let count = 0;
  return {
    now: () => clock.read(elapsedMs()),
    elapsedMs() {
      if (busyMs > 0) owner.busyUntilMs = elapsedMs() + busyMs * random.fraction();
      return elapsedMs();
    },
    newToken: () => `${owner.name}-${(count += 1)}-${random.integer(2 ** 32).toString(36)}`,
    newUuid: () => toUuid(`${owner.name} ${(count += 1)}`),
    sha256: (text) => hash('sha256', text),
    schedule: (task) => void scheduler.after(0.05 * random.fraction(), owner, 'next turn', task),
    delay: (milliseconds) => scheduler.sleep(milliseconds, owner, 'waits'),
    random: () => random.fraction(),
  };
}

function toUuid(text: string): string {
  const digits = hash('sha256', text);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
