import { percentilesOf } from './percentiles.ts';
import type { Percentiles } from './percentiles.ts';

/** What was seen in one stretch of time. */
export interface Sample {
  readonly seconds: number;
  readonly requests: number;
  /** Requests with those of the warm-up. */
  readonly allRequests: number;
  /** How much of one core the load process used, warm-up included: near 1, it holds up what it measures. */
  readonly loadCores: number;
  /** Units of work, whatever the family counts: pairs of reserve and unreserve, for instance. */
  readonly units: number;
  /** Answers that weren't what they had to be: with any, the figures mean nothing. */
  readonly wrongAnswers: number;
  readonly firstWrongAnswer: string | null;
  /** From the last byte of a request that is handed over to the last byte of its answer that is there. */
  readonly latencyMs: Percentiles;
}

/** Counts what happens while it is open; before, it is the warm-up that happens. Wrong answers always count. */
export class Tally {
  readonly #startedAtMs = performance.now();
  readonly #usageAtStart = process.cpuUsage();
  #openedAtMs: number | undefined;
  #closedAtMs: number | undefined;
  #latenciesMs: number[] = [];
  #allRequests = 0;
  #units = 0;
  #wrongAnswers = 0;
  #firstWrongAnswer: string | null = null;

  open(): void {
    this.#openedAtMs = performance.now();
  }

  close(): void {
    this.#closedAtMs = performance.now();
  }

  request(latencyMs: number): void {
    this.#allRequests += 1;
    if (this.#isOpen()) this.#latenciesMs.push(latencyMs);
  }

  unitsDone(count: number): void {
    if (this.#isOpen()) this.#units += count;
  }

  wrongAnswer(description: string): void {
    this.#wrongAnswers += 1;
    this.#firstWrongAnswer ??= description.slice(0, 1_000);
  }

  toSample(): Sample {
    return {
      seconds: ((this.#closedAtMs ?? 0) - (this.#openedAtMs ?? 0)) / 1_000,
      requests: this.#latenciesMs.length,
      allRequests: this.#allRequests,
      loadCores: this.#loadCores(),
      units: this.#units,
      wrongAnswers: this.#wrongAnswers,
      firstWrongAnswer: this.#firstWrongAnswer,
      latencyMs: percentilesOf(this.#latenciesMs),
    };
  }

  #loadCores(): number {
    const { user, system } = process.cpuUsage(this.#usageAtStart);
    return (user + system) / 1_000 / (performance.now() - this.#startedAtMs);
  }

  #isOpen(): boolean {
    return this.#openedAtMs !== undefined && this.#closedAtMs === undefined;
  }
}
