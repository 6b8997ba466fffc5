import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { MachineClock } from '@holdfast/engine/store';

import type { ClockRecord, SeenTime } from './clock-record.ts';

/** How often each process reads the record. In between it uses its own monotonic clock. */
const lookEveryMs = 1_000;

/** The drift between two good clocks, as a share of the time that passes. */
const drift = 0.0005;

/**
 * A smaller step of the database's clock is followed, in milliseconds; processes differ by this at most, and not for
 * long.
 */
const smallStepMs = 100;

/** While processes run, one publishes its time within this many milliseconds; a start waits that long to hear one. */
const longestSilenceMs = 2_500;
const listenEveryMs = 50;

/** The longest that a stop waits for an unreachable database, in milliseconds. */
const longestLeaveMs = 1_000;

/** How often the shared time is slewed towards the database's clock, by half a millisecond a second. */
const slewEveryMs = 10_000;
const slewMs = 5;

export interface SharedClockOptions {
  readonly record: Pick<ClockRecord, 'look' | 'create' | 'correct' | 'leave' | 'latestHead' | 'databaseNow'>;
  readonly machine: Pick<MachineClock, 'elapsedMs'>;
  /** Start from the database's clock, unless a later time has been used. */
  readonly takesSystemTime: boolean;
}

interface Measurement {
  /** The shared time minus this process's own clock. */
  readonly offsetMs: number;
  /** The offset's error bound: the answer was made at some moment of the round trip. */
  readonly errorMs: number;
  readonly takenAtMs: number;
}

interface Sample extends Measurement {
  readonly seen: SeenTime;
}

/**
 * The time that processes on one database share. Each advances it by its monotonic clock; a record holds its offset
 * from the database's clock. When that clock is set, the first process to notice corrects the record, and the time goes
 * on unchanged, for later processes too.
 */
export class SharedClock {
  readonly #options: SharedClockOptions;
  readonly #name = randomUUID();
  #measurement: Measurement | undefined;
  #aheadMs = 0;
  #latestMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(options: SharedClockOptions) {
    this.#options = options;
  }

  /** Rejects if the database can't be reached. Later, an unreachable database is no error. */
  async start(): Promise<void> {
    const first = (await this.#sample()) ?? (await this.#createRecord());
    await this.#begin(this.#options.takesSystemTime ? first : await this.#untilPlausible(first));
    // Publishes it to processes that start now.
    await this.look();
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    // If that fails, the next process waits a moment for this one.
    const left = this.#options.record.leave(this.#name).catch(() => {});
    await Promise.race([left, delay(longestLeaveMs, undefined, { ref: false })]);
  }

  /** Call it after a failover to another machine. */
  restart(): void {
    const measurement = this.#measurement;
    if (measurement) this.#measurement = { ...measurement, errorMs: Math.max(measurement.errorMs, smallStepMs) };
    void this.look();
  }

  /** Epoch milliseconds. It never runs backwards. */
  now(): number {
    this.#latestMs = Math.max(this.#latestMs, Math.floor(this.#at(this.#options.machine.elapsedMs())));
    return this.#latestMs;
  }

  /** What the database's clock says, in epoch milliseconds. */
  databaseNow(): number {
    return this.now() - this.#aheadMs;
  }

  /** Checks the agreement. Never rejects: while the database is unreachable, the time goes on. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#lookAgain();
    } catch {
      // The next check comes soon.
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookAgain(): Promise<void> {
    const sample = (await this.#sample(this.now())) ?? (await this.#createRecord());
    const { errorMs, takenAtMs, offsetMs, seen } = sample;
    const previous = this.#measurement!;
    const errorNowMs = previous.errorMs + (takenAtMs - previous.takenAtMs) * drift;
    const differenceMs = offsetMs - previous.offsetMs;
    if (Math.abs(differenceMs) <= errorMs + errorNowMs + smallStepMs) {
      this.#aheadMs = seen.aheadMs;
      // A slow answer is imprecise: it counts only if the previous one has become worse, or the clock was set.
      if (errorMs <= errorNowMs || Math.abs(differenceMs) > errorMs + errorNowMs) this.#measurement = sample;
      return this.#slew(seen);
    }
    const ownMs = this.#at(takenAtMs);
    // This process missed some time: it was halted with its machine, or an operator has set the time.
    if (seen.toldMs > ownMs + errorNowMs + smallStepMs) return this.#join(sample);
    await this.#correct(sample, previous.offsetMs);
  }

  /** Corrects the record to this process's clock plus `offsetMs`. */
  async #correct(
    { seen, takenAtMs, errorMs }: Sample,
    offsetMs: number,
    changed: { processes?: string[] } = {},
  ): Promise<void> {
    const aheadMs = Math.round(takenAtMs - errorMs + offsetMs - seen.databaseMs);
    const toldMs = Math.floor(takenAtMs + offsetMs);
    if (await this.#options.record.correct(seen.revision, { aheadMs, toldMs, ...changed })) this.#aheadMs = aheadMs;
  }

  /** Adopts the others' time; the published one while the record is wrong too. */
  #join(sample: Sample): void {
    const { errorMs, takenAtMs, seen } = sample;
    const offsetMs = isPlausible(seen) ? sample.offsetMs : seen.toldMs - takenAtMs;
    this.#measurement = { offsetMs, errorMs, takenAtMs };
    this.#aheadMs = seen.aheadMs;
  }

  /** One process slews all of them towards the database's clock. */
  async #slew({ revision, aheadMs, databaseMs, slewedMs }: SeenTime): Promise<void> {
    const nowMs = databaseMs + aheadMs;
    if (aheadMs === 0 || Math.abs(nowMs - slewedMs) < slewEveryMs) return;
    const nearerMs = aheadMs - Math.sign(aheadMs) * Math.min(Math.abs(aheadMs), slewMs);
    await this.#options.record.correct(revision, { aheadMs: nearerMs, slewedMs: nowMs });
  }

  /** The time this process starts from. */
  async #begin(sample: Sample): Promise<void> {
    const { seen, errorMs, takenAtMs } = sample;
    const wantedMs = seen.databaseMs + (this.#options.takesSystemTime ? 0 : seen.aheadMs);
    const startMs = Math.max(wantedMs, seen.toldMs);
    const offsetMs = startMs - (takenAtMs - errorMs);
    this.#measurement = { offsetMs, errorMs, takenAtMs };
    this.#aheadMs = seen.aheadMs;
    if (startMs !== seen.databaseMs + seen.aheadMs) await this.#correct(sample, offsetMs);
  }

  /**
   * While others run, they have published their time a moment ago. If not, nobody is running, or the database's clock
   * was just set and they are about to notice.
   */
  async #untilPlausible(first: Sample): Promise<Sample> {
    const others = first.seen.processes.filter((process) => process !== this.#name);
    if (others.length === 0 || isPlausible(first.seen)) return first;
    const deadlineMs = this.#options.machine.elapsedMs() + longestSilenceMs;
    let latest = first;
    while (this.#options.machine.elapsedMs() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, listenEveryMs));
      latest = (await this.#sample()) ?? latest;
      if (latest.seen.toldMs !== first.seen.toldMs && isPlausible(latest.seen)) return latest;
    }
    if (latest.seen.toldMs === first.seen.toldMs) await this.#forgetOthers(latest);
    return (await this.#sample()) ?? latest;
  }

  async #forgetOthers({ seen: { revision } }: Sample): Promise<void> {
    await this.#options.record.correct(revision, { processes: [this.#name] });
  }

  async #createRecord(): Promise<Sample> {
    const { record } = this.#options;
    const [latestMs, databaseMs] = await Promise.all([record.latestHead(), record.databaseNow()]);
    const nowMs = Math.max(this.#latestMs, latestMs, databaseMs);
    await record.create({ aheadMs: nowMs - databaseMs, toldMs: nowMs, slewedMs: nowMs, processes: [this.#name] });
    return (await this.#sample())!;
  }

  /** Undefined if there is no record. @param nowMs - What to tell the others. */
  async #sample(nowMs?: number): Promise<Sample | undefined> {
    const { record, machine } = this.#options;
    const askedAtMs = machine.elapsedMs();
    const seen = await record.look(this.#name, nowMs);
    if (seen === undefined) return undefined;
    const takenAtMs = machine.elapsedMs();
    const errorMs = (takenAtMs - askedAtMs) / 2;
    return { offsetMs: seen.databaseMs + seen.aheadMs - askedAtMs - errorMs, errorMs, takenAtMs, seen };
  }

  #at(elapsedMs: number): number {
    if (!this.#measurement) throw new Error('The clock was not started.');
    return elapsedMs + this.#measurement.offsetMs;
  }
}

/** Whether the record fits what a process published a moment ago. */
function isPlausible({ databaseMs, aheadMs, toldMs }: SeenTime): boolean {
  const sinceToldMs = databaseMs + aheadMs - toldMs;
  return sinceToldMs >= -smallStepMs && sinceToldMs <= longestSilenceMs;
}
