/** How often the clock is set again. Between two times it goes by this machine's monotonic clock. */
const measureEveryMs = 5_000;
const samplesEachTime = 3;
/** What two good clocks may drift apart, as a share of the time that passes. */
const drift = 0.0005;

interface Measurement {
  /** The database's time minus the monotonic clock's. */
  readonly offsetMs: number;
  /** The offset is at most this much wrong: the answer was written at some moment of the round trip. */
  readonly errorMs: number;
  readonly takenAtMs: number;
}

/**
 * The database's clock, as far as it can be told from here.
 *
 * Everybody who shares a database goes by it, so that servers whose own clocks are an hour apart agree about when a
 * lease ends. This machine's time of day is never looked at: only its monotonic clock, which no administrator sets.
 */
export class DatabaseClock {
  readonly #askTime: () => Promise<number>;
  #measurement: Measurement | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isMeasuring = false;

  /** @param askTime - Asks the database for its time, in epoch milliseconds. */
  constructor(askTime: () => Promise<number>) {
    this.#askTime = askTime;
  }

  /** Rejects if the database can't be asked now. Later, when the clock sets itself, a database that is away is no error. */
  async start(): Promise<void> {
    await this.#measure();
    this.#timer = setInterval(() => this.#measureQuietly(), measureEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** For a database that is another machine now. Until that one has answered, its clock is taken to be the same. */
  restart(): void {
    if (this.#measurement) this.#measurement = { ...this.#measurement, errorMs: Number.POSITIVE_INFINITY };
    this.#measureQuietly();
  }

  now(): number {
    if (!this.#measurement) throw new Error('The clock was not started.');
    return Math.floor(performance.now() + this.#measurement.offsetMs);
  }

  #measureQuietly(): void {
    this.#measure().catch(() => {
      // The offset from before is still the best there is.
    });
  }

  async #measure(): Promise<void> {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    try {
      for (let sample = 0; sample < samplesEachTime; sample += 1) this.#consider(await this.#sample());
    } finally {
      this.#isMeasuring = false;
    }
  }

  async #sample(): Promise<Measurement> {
    const askedAtMs = performance.now();
    const databaseMs = await this.#askTime();
    const takenAtMs = performance.now();
    const errorMs = (takenAtMs - askedAtMs) / 2;
    return { offsetMs: databaseMs - askedAtMs - errorMs, errorMs, takenAtMs };
  }

  /** A slow answer tells little: it counts only if the one from before has become worse, or the clock was set. */
  #consider(next: Measurement): void {
    const previous = this.#measurement;
    const errorNowMs = previous ? previous.errorMs + (next.takenAtMs - previous.takenAtMs) * drift : Infinity;
    const isBetter = next.errorMs <= errorNowMs;
    const wasSet = previous && Math.abs(next.offsetMs - previous.offsetMs) > next.errorMs + errorNowMs;
    if (isBetter || wasSet) this.#measurement = next;
  }
}
