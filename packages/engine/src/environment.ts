/** All that the engine takes from the outside world, so that tests and mocks control it. */
export interface Environment {
  /** The time in epoch milliseconds. */
  now(): number;
  /** A monotonic clock in milliseconds, for deadlines. */
  elapsedMs(): number;
  /** A new secret of at least 128 random bits in URL-safe characters. */
  newToken(): string;
  /** A new random UUID (RFC 9562, version 4). */
  newUuid(): string;
  /** SHA-256 of a text, as lower-case hexadecimal digits. */
  sha256(text: string): string;
  /** Runs a task in a later turn of the event loop, after requests that are arriving now have been taken in. */
  schedule(task: () => void): void;
  /** Resolves after this many milliseconds of real time. */
  delay(milliseconds: number): Promise<void>;
  /** A number in [0, 1), for jitter. */
  random(): number;
}
