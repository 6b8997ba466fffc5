/** Everything that the engine takes from the world around it, so that tests and mocks decide what it gets. */
export interface Environment {
  /** The time in epoch milliseconds. */
  now(): number;
  /** Real time in milliseconds by a clock that never runs backwards, for deadlines. */
  elapsedMs(): number;
  /** A new secret of at least 128 random bits in URL-safe characters. */
  newToken(): string;
  /** SHA-256 of a text, as lower-case hexadecimal digits. */
  sha256(text: string): string;
  /** Runs a task soon, after the requests that are arriving at this moment have been taken in. */
  schedule(task: () => void): void;
  /** Resolves after that many milliseconds of real time. */
  delay(milliseconds: number): Promise<void>;
  /** A number in [0, 1), for jitter. */
  random(): number;
}
