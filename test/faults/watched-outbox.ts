import { claimsIn } from '../histories/named-resources/answered-claims.ts';
import type { Result } from '../histories/named-resources/commands.ts';
import type { AnsweredClaim } from '../outbox/check-claims.ts';
import { findLastingFaults } from '../outbox/find-broken-outbox.ts';
import { OutboxReaders } from '../outbox/outbox-readers.ts';
import type { ReadProcess } from '../outbox/outbox-readers.ts';
import type { BrokenPromise } from './family.ts';
import type { Journal } from './journal.ts';
import type { WireClient } from './wire-client.ts';

/** An outbox that somebody reads at each server, whatever breaks. */
export class WatchedOutbox {
  readonly #readers: OutboxReaders;

  constructor(processes: readonly ReadProcess[]) {
    this.#readers = new OutboxReaders(processes);
  }

  /** Reads no more. Returns what is wrong, when no write is unanswered. */
  async findBrokenPromises(client: WireClient, journal: Journal): Promise<readonly BrokenPromise[]> {
    await this.#readers.stop();
    const broken = await findLastingFaults(client, { tails: this.#readers.tails, answered: answeredClaims(journal) });
    return broken.length === 0 ? [] : [{ promise: 'The outbox tells all that happened.', evidence: broken }];
  }

  /** Reads no more, whatever was read. */
  async end(): Promise<void> {
    await this.#readers.stop().catch(() => undefined);
  }
}

function answeredClaims({ answered }: Journal): readonly AnsweredClaim[] {
  return answered.flatMap(({ write: { operationId }, answer: { status, body } }) => {
    if (status !== 200) return [];
    if (operationId === 'reserveTransaction') {
      return claimsIn((JSON.parse(body) as { readonly results: readonly Result[] }).results);
    }
    const isOfClaims = operationId === 'reserve' || operationId === 'unreserve';
    return isOfClaims ? claimsIn(JSON.parse(body) as readonly Result[]) : [];
  });
}
