import { createMemoryStore } from '@holdfast/store-memory';

import type { Command } from '../../../../kernel/command.ts';
import { Executor } from '../../../../kernel/executor.ts';
import { eventLogKind } from '../../../../kernel/outbox.ts';
import type { Records } from '../../../../kernel/record-access.ts';
import { eventPartition } from '../../../../partitions.ts';
import { logRowsAfter, readEvents } from '../../../../shared/event-log.ts';
import { StoreUnavailable } from '../../../../store.ts';
import type { Store } from '../../../../store.ts';
import { TestEnvironment } from '../../../../testing/test-environment.ts';
import type { CallerLimits, LimitedCaller } from '../../caller-limits.ts';
import { limitKinds } from '../../records.ts';
import type { Admission } from '../admission.ts';
import { Limiter } from '../limiter.ts';
import type { LimitUsage } from '../limiter.ts';

/** A limit is reached, as a tenant is told. */
interface ReachedEvent {
  readonly type: string;
  readonly created_at: string;
  readonly api_key_label: string;
  readonly data: {
    readonly limit_type: string;
    readonly limit: number;
    readonly resets_at: string;
    readonly tier: string;
    readonly api_key_id: string | null;
  };
}

/** More than any test has. */
const mostEvents = 1_000;

/** What becomes of a commit. */
export type Fate = 'done' | 'notDone' | 'doneButUnknown';

/** Processes that share a store, and clocks that a test moves. */
export class Fleet {
  readonly environment = new TestEnvironment();
  readonly #store = createMemoryStore({ kinds: [...limitKinds, eventLogKind] });
  /** How many commands were sent. */
  commands = 0;
  /** What becomes of the next commits. */
  fate: Fate = 'done';
  readonly #executors: Executor[] = [];
  #held: Promise<void> | undefined;

  constructor() {
    this.environment.nowMs = Date.parse('2026-01-01T12:00:00Z');
  }

  /** A process, by its limiter. */
  start({ isShared = true } = {}): Limiter {
    const executor = new Executor(this.#faultyStore(), this.environment);
    this.#executors.push(executor);
    return new Limiter({
      execute: async <Result>(command: Command<Result>) => {
        this.commands += 1;
        const result = await executor.execute(command, 10_000);
        await this.#held;
        return result;
      },
      now: () => this.environment.now(),
      elapsedMs: () => this.environment.elapsedMs(),
      isShared,
      eventHistoryMs: 60_000,
    });
  }

  /** What a process says was used. */
  async usageOf(limiter: Limiter, caller: LimitedCaller): Promise<LimitUsage> {
    const executor = new Executor(this.#store, this.environment);
    return executor.query({ partitions: [], reads: [], run: limiter.usage(caller) }, 10_000);
  }

  /** All that a tenant was told of, in order. */
  async eventsOf(caller: LimitedCaller): Promise<readonly ReachedEvent[]> {
    const executor = new Executor(this.#store, this.environment);
    const outbox = eventPartition(caller);
    const run = (records: Records) => logRowsAfter(records, outbox, 0, mostEvents);
    const rows = await executor.query({ partitions: [], reads: [], run }, 10_000);
    return rows.flatMap(({ value }) => readEvents(value).map(({ content }) => content as ReachedEvent));
  }

  /** Resolves when no process has a command under way. */
  async idle(): Promise<void> {
    for (const executor of this.#executors) await executor.idle();
  }

  pass(milliseconds: number): void {
    this.environment.nowMs += milliseconds;
    this.environment.elapsed += milliseconds;
  }

  /** Does something while commands are under way: their answers come afterwards, and nobody decides meanwhile. */
  async meanwhile(work: () => Promise<void> | void): Promise<void> {
    let release = () => {};
    this.#held = new Promise((resolve) => (release = resolve));
    for (let turn = 0; turn < 64; turn += 1) await undefined;
    await work();
    this.#held = undefined;
    release();
  }

  /** Lets time pass, and the processes tend their leases as servers do. */
  async tendFor(milliseconds: number, processes: readonly Limiter[]): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 250) {
      this.pass(Math.min(250, milliseconds - passed));
      await Promise.all(processes.map((limiter) => limiter.tend()));
    }
  }

  #faultyStore(): Store {
    const commit: Store['commit'] = async (...request) => {
      const { fate } = this;
      if (fate === 'notDone') throw new StoreUnavailable('away');
      const result = await this.#store.commit(...request);
      if (fate === 'doneButUnknown') throw new StoreUnavailable('gone', { outcomeUnknown: true });
      return result;
    };
    return new Proxy(this.#store, {
      get: (store, name) => {
        const member: unknown = name === 'commit' ? commit : store[name as keyof Store];
        return typeof member === 'function' ? member.bind(store) : member;
      },
    });
  }
}

/** A caller with these limits and no others. */
export function limited(limits: Partial<CallerLimits>, caller: Partial<LimitedCaller> = {}): LimitedCaller {
  return {
    tenantId: 'acme',
    environment: 'live',
    keyId: 'key-1',
    apiKeyLabel: 'Label of key-1',
    eventHistoryMs: undefined,
    ...caller,
    limits: {
      tier: 'free',
      enforce: true,
      opsPerMinute: null,
      opsPerDay: null,
      concurrentLocks: null,
      apiKeys: null,
      keyOpsPerMinute: null,
      ...limits,
    },
  };
}

/** Sends so many requests at once. */
export function burst(
  limiter: Limiter,
  caller: LimitedCaller,
  count: number,
  kind: 'operation' | 'read' = 'operation',
): Promise<readonly Admission[]> {
  return Promise.all(Array.from({ length: count }, () => limiter.admit(caller, kind)));
}

/** How many of them are admitted. */
export async function admittedOf(admissions: Promise<readonly Admission[]>): Promise<number> {
  return (await admissions).filter(({ refusal }) => refusal === undefined).length;
}
