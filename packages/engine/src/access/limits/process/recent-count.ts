/** Counts what happened lately, in two buckets: cheap enough for each request. */
export class RecentCount {
  readonly #spanMs: number;
  #beganMs = 0;
  #current = 0;
  #last = 0;

  /** @param spanMs - How long a bucket is, in milliseconds. */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  add(nowMs: number): void {
    const passedMs = nowMs - this.#beganMs;
    if (passedMs >= this.#spanMs) {
      this.#last = passedMs < 2 * this.#spanMs ? this.#current : 0;
      this.#current = 0;
      this.#beganMs = nowMs;
    }
    this.#current += 1;
  }

  /** The count of the bucket that has more: the one that is being filled, or the full one before it. */
  get most(): number {
    return Math.max(this.#current, this.#last);
  }
}
