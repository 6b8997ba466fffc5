import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { MachineClock } from '@holdfast/engine/store';

import type { ClockRecord, SeenTime } from './clock-record.ts';

/** How often each process looks. Between two looks it goes by its own clock that nobody sets. */
const lookEveryMs = 1_000;

/** What two good clocks may drift apart, as a share of the time that passes. */
const drift = 0.0005;

/** A database whose clock is set by less is followed, in milliseconds; processes are that much apart at most, and not for long. */
const smallStepMs = 100;

/** Of processes that run, one has told its time within so many milliseconds; so long, at most, a start waits to hear one. */
const longestSilenceMs = 2_500;
const listenEveryMs = 50;

/** A stop doesn't wait for a database that is away, in milliseconds. */
const longestLeaveMs = 1_000;

/** How far the shared time is brought nearer to the database's clock at a time: half a millisecond a second. */
const slewEveryMs = 10_000;
const slewMs = 5;

export interface SharedClockOptions {
  readonly record: Pick<ClockRecord, 'look' | 'create' | 'correct' | 'leave' | 'latestHead' | 'databaseNow'>;
  readonly machine: Pick<MachineClock, 'elapsedMs'>;
  /** Begin with the database's clock, if nobody has gone by a later time. */
  readonly takesSystemTime: boolean;
}

interface Measurement {
  /** The shared time minus this process's own clock. */
  readonly offsetMs: number;
  /** The offset is at most this much wrong: the answer was written at some moment of the round trip. */
  readonly errorMs: number;
  readonly takenAtMs: number;
}

interface Sample extends Measurement {
  readonly seen: SeenTime;
}

/**
 * The time that processes on one database share. It goes on at its own pace, in each of them by a clock that nobody
 * sets; they meet through a record that says how far it is from the database's clock. When that is set, whoever
 * notices first corrects the record, and the time goes on as if nothing had happened, for those that come later too.
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

  /** Rejects if the database can't be asked now. Later, a database that is away is no error. */
  async start(): Promise<void> {
    const first = (await this.#sample()) ?? (await this.#createRecord());
    await this.#begin(this.#options.takesSystemTime ? first : await this.#untilPlausible(first));
    // Tells the others, who might start at this moment.
    await this.look();
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    // Should that fail, the next process waits for a moment whether this one is still there.
    const left = this.#options.record.leave(this.#name).catch(() => {});
    await Promise.race([left, delay(longestLeaveMs, undefined, { ref: false })]);
  }

  /** For a database that is another machine now. */
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

  /** Looks whether all is as agreed, and never rejects: while the database is away, the time goes on from before. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#lookAgain();
    } catch {
      // The next look comes soon.
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
      // A slow answer tells little: it counts only if the one from before has become worse, or the clock was set.
      if (errorMs <= errorNowMs || Math.abs(differenceMs) > errorMs + errorNowMs) this.#measurement = sample;
      return this.#slew(seen);
    }
    const ownMs = this.#at(takenAtMs);
    // Time has passed that this process missed: it was halted with its machine, or an operator has set the time.
    if (seen.toldMs > ownMs + errorNowMs + smallStepMs) return this.#join(sample);
    await this.#correct(sample, previous.offsetMs);
  }

  /** Agrees that the shared time is what this process's own clock and `offsetMs` make of it. */
  async #correct(
    { seen, takenAtMs, errorMs }: Sample,
    offsetMs: number,
    changed: { processes?: string[] } = {},
  ): Promise<void> {
    const aheadMs = Math.round(takenAtMs - errorMs + offsetMs - seen.databaseMs);
    const toldMs = Math.floor(takenAtMs + offsetMs);
    if (await this.#options.record.correct(seen.revision, { aheadMs, toldMs, ...changed })) this.#aheadMs = aheadMs;
  }

  /** Goes by the time of the others; by what they told, while the record isn't right either. */
  #join(sample: Sample): void {
    const { errorMs, takenAtMs, seen } = sample;
    const offsetMs = isPlausible(seen) ? sample.offsetMs : seen.toldMs - takenAtMs;
    this.#measurement = { offsetMs, errorMs, takenAtMs };
    this.#aheadMs = seen.aheadMs;
  }

  /** One of the processes brings all of them a little nearer to the database's clock. */
  async #slew({ revision, aheadMs, databaseMs, slewedMs }: SeenTime): Promise<void> {
    const nowMs = databaseMs + aheadMs;
    if (aheadMs === 0 || Math.abs(nowMs - slewedMs) < slewEveryMs) return;
    const nearerMs = aheadMs - Math.sign(aheadMs) * Math.min(Math.abs(aheadMs), slewMs);
    await this.#options.record.correct(revision, { aheadMs: nearerMs, slewedMs: nowMs });
  }

  /** The time with which this process begins. */
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
   * While others run, they have told the time a moment ago. If that isn't so, either nobody is there, or the database's
   * clock was set just now and they are about to notice.
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

/** Whether the record fits what somebody told a moment ago. */
function isPlausible({ databaseMs, aheadMs, toldMs }: SeenTime): boolean {
  const sinceToldMs = databaseMs + aheadMs - toldMs;
  return sinceToldMs >= -smallStepMs && sinceToldMs <= longestSilenceMs;
}
