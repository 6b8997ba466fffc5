import { answeredClaims } from '../../histories/named-resources/answered-claims.ts';
import type { RecordedCall } from '../../histories/recording/history.ts';
import { findBrokenOutbox } from '../../outbox/find-broken-outbox.ts';
import type { Reads } from '../../outbox/reads.ts';
import { apiKeys, get } from '../family.ts';
import type { Ask } from '../family.ts';
import { OutboxReader } from './outbox-reader.ts';
import type { OutboxReaderParts } from './outbox-reader.ts';

type OutboxesParts = Omit<OutboxReaderParts, 'apiKey'> & {
  /** Told of what no reader may be answered. */
  onError(error: unknown): void;
};

/** The outboxes of a world's orgs, each with a reader. */
export class Outboxes {
  readonly #readers: readonly OutboxReader[];
  readonly #onError: OutboxesParts['onError'];

  constructor({ onError, ...parts }: OutboxesParts) {
    this.#onError = onError;
    this.#readers = Object.values(apiKeys).map((apiKey) => new OutboxReader({ apiKey, ...parts }));
  }

  beginReading(): void {
    for (const reader of this.#readers) reader.run().catch(this.#onError);
  }

  stopReading(): void {
    for (const reader of this.#readers) reader.stop();
  }

  /**
   * Looks at what is left when all has lapsed and is swept. Returns what is wrong.
   *
   * @param claims - The calls of clients that claim the first org's resources.
   */
  async findBroken(ask: Ask, claims: readonly RecordedCall[]): Promise<readonly string[]> {
    const broken: string[] = [];
    for (const { apiKey, tails } of this.#readers) {
      const reads: Reads = { read: (request) => ask(get(apiKey, request)) };
      const answered = apiKey === apiKeys.first ? answeredClaims(claims) : [];
      broken.push(...(await findBrokenOutbox(reads, { tails, answered })));
    }
    return broken;
  }
}
