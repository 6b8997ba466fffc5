/** Translations by a service elsewhere, each done once, and paid for by the word. */
import { InsufficientCreditsError, LockHeldError } from '@holdfast/sdk';
import type { Holdfast } from '@holdfast/sdk';

export interface Job {
  readonly id: string;
  readonly customer: string;
  readonly words: readonly string[];
}

export type Outcome =
  | { readonly status: 'done'; readonly paid: number }
  | { readonly status: 'under way' | 'too few credits' };

export class Translations {
  readonly #holdfast: Holdfast;
  readonly #serviceUrl: string;

  constructor(holdfast: Holdfast, serviceUrl: string) {
    this.#holdfast = holdfast;
    this.#serviceUrl = serviceUrl;
  }

  /** Safe to run again, whatever became of the first run. */
  async run(job: Job): Promise<Outcome> {
    try {
      return await this.#holdfast.withLock(`translation-${job.id}`, ({ signal }) => this.#payFor(job, signal));
    } catch (error) {
      if (error instanceof LockHeldError) return { status: 'under way' };
      if (error instanceof InsufficientCreditsError) return { status: 'too few credits' };
      throw error;
    }
  }

  async #payFor({ id, customer, words }: Job, signal: AbortSignal): Promise<Outcome> {
    const { commit } = await this.#holdfast.withHold(
      { customer, metric: 'word', estimate: words.length, idempotencyKey: `translation-${id}`, signal },
      (hold) => this.#translate(words, hold.signal),
    );
    return { status: 'done', paid: commit.actual_cost };
  }

  /** How many words the service has translated. */
  async #translate(words: readonly string[], signal: AbortSignal): Promise<number> {
    const response = await fetch(this.#serviceUrl, { method: 'POST', body: JSON.stringify(words), signal });
    if (!response.ok) throw new Error(`The translation service answered ${response.status}.`);
    const translated = (await response.json()) as readonly (string | null)[];
    return translated.filter((word) => word !== null).length;
  }
}
