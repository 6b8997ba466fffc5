import type { Environment } from './environment.ts';

/** How long work may go on before everybody else has a turn, in milliseconds; a single step of it may be longer. */
const sliceMs = 8;

/**
 * Cuts a long piece of work into slices. The process has one thread: while one tenant's work goes on in it, nobody
 * else is answered, whatever they ask for.
 */
export class Slices {
  readonly #environment: Pick<Environment, 'elapsedMs' | 'schedule'>;
  #startMs: number;

  constructor(environment: Pick<Environment, 'elapsedMs' | 'schedule'>) {
    this.#environment = environment;
    this.#startMs = environment.elapsedMs();
  }

  /** To be awaited between two steps: it resolves at once, or when a slice is over, after everybody else had a turn. */
  async pause(): Promise<void> {
    if (this.#environment.elapsedMs() - this.#startMs < sliceMs) return;
    await new Promise<void>((resolve) => {
      this.#environment.schedule(resolve);
    });
    this.#startMs = this.#environment.elapsedMs();
  }
}
