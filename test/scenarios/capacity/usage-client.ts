import type { OperationTypes } from '@holdfast/contract';
import { expect } from 'vitest';

import type { Scenario, WireAnswer } from '../../targets/describe-targets.ts';
import { CapacityClient } from './capacity-client.ts';
import type { Result } from './capacity-client.ts';
import { firstBookable, gridTime, interval, quarterMs } from './grid.ts';

export type Usage = Result<'getCapacityUsage'>;

/** What an interval comes to, or all of them together. */
export type Amounts = Usage['totals'];

/** From so many seconds after something on, a workload has so much memory. */
export type Point = readonly [seconds: number, memoryGb: number];

const path = '/api/capacity/usage';

/** How far in the future a sample may be. */
const aheadMs = 60 * 1_000;

/** Usage of one org, on the wire itself. What isn't named `ask…` must be answered with success. */
export class UsageClient {
  readonly #scenario: Scenario;
  readonly #capacity: CapacityClient;
  readonly #workloads = new Set<string>();

  constructor(scenario: Scenario, apiKey?: string) {
    this.#scenario = scenario;
    this.#capacity = new CapacityClient(scenario, apiKey);
  }

  /**
   * Reserves so much for each of some intervals that follow one another, and waits until they are over. Nobody else has
   * anything to do with them. Returns when they began.
   */
  async past(...reservedGb: readonly number[]): Promise<number> {
    const startMs = await this.ahead(...reservedGb);
    await this.moveTo(startMs + reservedGb.length * quarterMs);
    return startMs;
  }

  /** The same, but they are still ahead. */
  async ahead(...reservedGb: readonly number[]): Promise<number> {
    const startMs = firstBookable(this.#scenario.clock);
    const all = reservedGb.map((capacityGb, index) => interval(startMs + index * quarterMs, capacityGb));
    const intervals = all.filter(({ capacityGb }) => capacityGb > 0);
    if (intervals.length > 0) await this.#capacity.reserve(intervals);
    return startMs;
  }

  moveTo(atMs: number): Promise<void> {
    return this.#scenario.clock.advance({ milliseconds: atMs - this.#scenario.clock.now() });
  }

  /** Records the memory of a workload, in that order. */
  async record(
    workloadId: string,
    sinceMs: number,
    ...points: readonly Point[]
  ): Promise<Result<'recordCapacityUsage'>> {
    return successOf<'recordCapacityUsage'>(await this.askRecord(samplesOf(workloadId, sinceMs, points)));
  }

  async askRecord(samples: readonly Sample[]): Promise<WireAnswer> {
    for (const { workloadId } of samples) this.#workloads.add(workloadId);
    return this.#capacity.ask('POST', path, { samples });
  }

  async read(fromMs: number, count = 1): Promise<Usage> {
    return successOf<'getCapacityUsage'>(await this.askRead(gridTime(fromMs), gridTime(fromMs + count * quarterMs)));
  }

  askRead(from: string, to: string): Promise<WireAnswer> {
    return this.#capacity.askFor(path, { from, to });
  }

  /** What the interval that begins at this time comes to. */
  async amountsOf(startMs: number): Promise<Amounts> {
    return (await this.read(startMs)).totals;
  }

  /** How much was used in each of some intervals that follow one another, in GB-seconds. */
  async usedIn(startMs: number, count: number): Promise<readonly number[]> {
    return (await this.read(startMs, count)).intervals.map(({ usedGbSeconds }) => usedGbSeconds);
  }

  /** Ends every workload there is, so that the next test finds none. */
  async endAll(): Promise<void> {
    const { clock } = this.#scenario;
    // Later than every sample that could have been recorded.
    await clock.advance({ milliseconds: aheadMs + 1 });
    const samples = [...this.#workloads].flatMap((workloadId) => samplesOf(workloadId, clock.now(), [[0, 0]]));
    if (samples.length > 0) successOf(await this.askRecord(samples));
    this.#workloads.clear();
    await clock.advance({ milliseconds: quarterMs });
  }
}

interface Sample {
  readonly workloadId: string;
  readonly at: string;
  readonly memoryGb: number;
}

export function samplesOf(workloadId: string, sinceMs: number, points: readonly Point[]): readonly Sample[] {
  return points.map(([seconds, memoryGb]) => {
    return { workloadId, at: new Date(sinceMs + seconds * 1_000).toISOString(), memoryGb };
  });
}

function successOf<Id extends keyof OperationTypes>({ status, text, json }: WireAnswer): Result<Id> {
  expect(status, text.slice(0, 1_000)).toBe(200);
  return json as Result<Id>;
}
